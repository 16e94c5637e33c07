"""Velocity templates (VTL) as API Gateway's mapping templates use them.

Syntax: Apache Velocity Engine 1.7, User Guide and VTL Reference. AWS's own ways: API Gateway Developer Guide, "Mapping
template and access logging variable reference".
"""

from __future__ import annotations

from gatewright.language.vtl.errors import TemplateError
from gatewright.language.vtl.template import Template, compile_template
from gatewright.language.vtl.values import TemplateObject

__all__ = ["Template", "TemplateError", "TemplateObject", "compile_template"]
