"""One step of the pipeline per file: `build(method)` gives the step, or None where the method needs none."""
