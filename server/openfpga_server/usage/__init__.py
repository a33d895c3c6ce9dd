"""What requests used and cost."""
