"""The upstream client: pooled, strict, cheap. Implements `net.base.Upstream`."""

from gatewright.net.upstream.client import UpstreamClient

__all__ = ["UpstreamClient"]
