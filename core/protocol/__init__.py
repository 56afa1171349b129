"""What crosses the wire: the record registry, the codec, ops, messages and frames."""
