// L to (R, hs): floor(2^RECIP_BITS / Ln) with Ln = L * 2^-hs of RECIP_NORM_BITS bits
// (docs/numerics.md, 8). A quotient bit a stage, a division each cycle.
module ofpga_attention_reciprocal
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
(
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              valid_i,
  input  total_t            total_i,
  output logic              valid_o,  // 27 cycles later
  output logic [24:0]       value_o,
  output logic signed [5:0] shift_o
);
  localparam int unsigned Steps = RECIP_BITS - RECIP_NORM_BITS + 2;  // bits of R: 25

  typedef struct packed {
    logic [RECIP_NORM_BITS:0]   rest;  // below 2 Ln
    logic [RECIP_NORM_BITS-1:0] divisor;
    logic [Steps-1:0]           quotient;
    logic signed [5:0]          shift;
  } step_t;

  logic [Steps+1:0] valid_q;
  total_t total_q;
  logic [5:0] length_q;
  step_t step_q [Steps+1];

  wire signed [5:0] shift = signed'(length_q) - 6'(RECIP_NORM_BITS);

  function automatic step_t divide(step_t s);
    logic fits;
    fits = s.rest >= {1'b0, s.divisor};
    divide = s;
    divide.quotient = {s.quotient[Steps-2:0], fits};
    divide.rest = (s.rest - (fits ? {1'b0, s.divisor} : '0)) << 1;
  endfunction

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Steps:0], valid_i};
  end

  always_ff @(posedge clk_i) begin
    total_q <= total_i;
    length_q <= 6'(ofpga_math_pkg::bitlen64(64'(total_i)));

    step_q[0].rest <= (RECIP_NORM_BITS + 1)'(1) << (RECIP_NORM_BITS - 1);
    step_q[0].divisor <= RECIP_NORM_BITS'(shift < 0 ? total_q << -shift : total_q >> shift);
    step_q[0].quotient <= '0;
    step_q[0].shift <= shift;
    for (int unsigned i = 1; i <= Steps; i++) step_q[i] <= divide(step_q[i-1]);
  end

  assign valid_o = valid_q[Steps+1];
  assign value_o = step_q[Steps].quotient;
  assign shift_o = step_q[Steps].shift;
endmodule : ofpga_attention_reciprocal
