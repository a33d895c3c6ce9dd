// Assertion macros. They need `clk_i` and `rst_ni` in scope, are silent in reset, and vanish in
// synthesis.
//
// Immediate assertions in clocked processes, because simulators and the open formal tools all take
// them. In a formal proof (OFPGA_FORMAL) what a module demands of its surroundings is assumed
// instead of asserted, so proofs are of one module at a time.

`ifndef OFPGA_ASSERT_SVH
`define OFPGA_ASSERT_SVH

`ifdef OFPGA_FORMAL
`define OFPGA_CHECK(KIND, NAME, CONDITION) \
  always_ff @(posedge clk_i) if (rst_ni) NAME : KIND (CONDITION);
`define OFPGA_CHECK_HOLD(KIND, NAME, VALID, READY, PAYLOAD) \
  always_ff @(posedge clk_i) begin \
    if (rst_ni && $past(rst_ni && (VALID) && !(READY))) \
      NAME : KIND ((VALID) && $stable(PAYLOAD)); \
  end
`elsif SYNTHESIS
`define OFPGA_CHECK(KIND, NAME, CONDITION)
`define OFPGA_CHECK_HOLD(KIND, NAME, VALID, READY, PAYLOAD)
`else
// At time 0 a simulation's inputs may still be random.
`define OFPGA_CHECK(KIND, NAME, CONDITION) \
  always_ff @(posedge clk_i) begin \
    if (rst_ni && $time != 0) NAME : assert (CONDITION) else $error("%m does not hold."); \
  end
`define OFPGA_CHECK_HOLD(KIND, NAME, VALID, READY, PAYLOAD) \
  always_ff @(posedge clk_i) begin \
    if (rst_ni && $time != 0 && $past(rst_ni && (VALID) && !(READY))) \
      NAME : assert ((VALID) && $stable(PAYLOAD)) \
        else $error("%m: a stalled handshake changed."); \
  end
`endif

// The module's own promise, in every cycle out of reset.
`define OFPGA_ASSERT(NAME, CONDITION) `OFPGA_CHECK(assert, NAME, CONDITION)
// What the module may demand of its surroundings.
`define OFPGA_ASSUME(NAME, CONDITION) `OFPGA_CHECK(assume, NAME, CONDITION)

// Once VALID is up it stays, and PAYLOAD keeps its value, until READY takes it.
`define OFPGA_ASSERT_HOLD(NAME, VALID, READY, PAYLOAD) \
  `OFPGA_CHECK_HOLD(assert, NAME, VALID, READY, PAYLOAD)
`define OFPGA_ASSUME_HOLD(NAME, VALID, READY, PAYLOAD) \
  `OFPGA_CHECK_HOLD(assume, NAME, VALID, READY, PAYLOAD)

`endif
