"""What runs: frozen and pure. The compiler writes these records, the gateway reads them."""
