"""What the cocotb benches share: a clocked bench with agents, streams, AXI memories."""
