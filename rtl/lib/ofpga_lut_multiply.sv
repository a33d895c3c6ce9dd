// A signed value times an unsigned factor in LUTs and carry chains, for cards that are short of DSPs. A product each cycle.
//
// Radix 4: a digit of the factor chooses 0, 1, 2 or 3 times the value, and each step adds that to what the digits below
// have made: one LUT6 a bit, since it depends on the sum, the value, the bit below it, three times the value, and the digit.
// An adder between registers, so that it runs at twice a card's clock. No step adds more than two numbers, and the
// sum comes first: synthesis makes carry chains of such, and three-input adders of others.
module ofpga_lut_multiply #(
  parameter int unsigned Bits = 20,  // of the value
  parameter int unsigned FactorBits = 8,  // even, at least 4
  localparam int unsigned Digits = FactorBits / 2
) (
  input  logic clk_i,

  input  logic signed [Bits-1:0]          value_i,
  input  logic        [FactorBits-1:0]    factor_i,  // a cycle after its value
  output logic signed [Bits+FactorBits-1:0] product_o  // Digits cycles after the value
);
  if (FactorBits % 2 != 0 || FactorBits < 4) begin : gen_illegal
    $error("ofpga_lut_multiply: FactorBits is %0d; it must be even and at least 4.", FactorBits);
  end

  localparam int unsigned StepBits = Bits + 2;  // of a multiple, and of the sum above the bits that are done

  typedef logic signed [Bits-1:0] value_t;
  typedef logic signed [StepBits-1:0] step_t;

  function automatic step_t multiple(value_t value, step_t triple, logic [1:0] digit);
    unique case (digit)
      2'd0: multiple = '0;
      2'd1: multiple = StepBits'(value);
      2'd2: multiple = StepBits'(value) <<< 1;
      default: multiple = triple;
    endcase
  endfunction

  // Step d adds digit d: the value, its triple and the sum of the digits below, whose lowest bits are done.
  value_t [Digits-1:1] value_q;
  step_t [Digits-1:1] triple_q;
  step_t [Digits-1:0] sum;

  always_ff @(posedge clk_i) begin
    value_q[1] <= value_i;
    triple_q[1] <= StepBits'(value_i) + (StepBits'(value_i) <<< 1);
  end
  assign sum[0] = multiple(value_q[1], triple_q[1], factor_i[1:0]);

  for (genvar d = 1; d < Digits; d++) begin : gen_step
    logic [1:0] digit;
    step_t sum_q;

    ofpga_delay #(
      .Cycles(d - 1),
      .Bits  (2)
    ) u_digit (
      .clk_i,
      .data_i(factor_i[2*d+:2]),
      .data_o(digit)
    );
    ofpga_delay #(
      .Cycles(Digits - d),
      .Bits  (2)
    ) u_done (
      .clk_i,
      .data_i(sum[d-1][1:0]),
      .data_o(product_o[2*d-2+:2])
    );

    always_ff @(posedge clk_i) sum_q <= (sum[d-1] >>> 2) + multiple(value_q[d], triple_q[d], digit);
    assign sum[d] = sum_q;

    if (d > 1) begin : gen_along
      always_ff @(posedge clk_i) begin
        value_q[d] <= value_q[d-1];
        triple_q[d] <= triple_q[d-1];
      end
    end
  end

  assign product_o[Bits+FactorBits-1:FactorBits-2] = sum[Digits-1];
endmodule : ofpga_lut_multiply
