`include "ofpga_assert.svh"

// Round-robin arbiter without latency: the next valid input after the one served last. A choice
// stands until its handshake, so the output's payload holds; a waiting input sees at most Inputs -
// 1 others served. Urgent inputs go before the others, which then wait as long as they ask.
module ofpga_rr_arbiter #(
  parameter int unsigned Inputs = 4,
  parameter type T = logic [31:0],
  parameter logic [Inputs-1:0] Urgent = '0,
  localparam int unsigned IndexBits = Inputs > 1 ? $clog2(Inputs) : 1
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic [Inputs-1:0] valid_i,
  output logic [Inputs-1:0] ready_o,
  input  T                  data_i [Inputs],

  output logic                 valid_o,
  input  logic                 ready_i,
  output T                     data_o,
  output logic [IndexBits-1:0] index_o  // the input that data_o comes from
);
  if (Inputs < 1) begin : gen_illegal
    $error("ofpga_rr_arbiter: Inputs is %0d; an arbiter has at least one input.", Inputs);
  end

  logic [IndexBits-1:0] index_q;  // chosen last
  logic stalled_q;  // and not served yet
  logic [IndexBits-1:0] after_d, any_d;
  logic found_after;

  wire [Inputs-1:0] asks = |(valid_i & Urgent) ? valid_i & Urgent : valid_i;

  // The lowest that asks after index_q, and the lowest of all.
  always_comb begin
    after_d = '0;
    any_d = '0;
    found_after = 1'b0;
    for (int unsigned i = Inputs; i > 0; i--) begin
      if (asks[i-1]) begin
        any_d = IndexBits'(i - 1);
        if (IndexBits'(i - 1) > index_q) begin
          after_d = IndexBits'(i - 1);
          found_after = 1'b1;
        end
      end
    end
  end

  assign index_o = stalled_q ? index_q : found_after ? after_d : any_d;
  assign valid_o = |valid_i;
  assign data_o = data_i[index_o];

  for (genvar i = 0; i < Inputs; i++) begin : gen_ready
    assign ready_o[i] = ready_i && valid_i[i] && index_o == IndexBits'(i);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      index_q <= IndexBits'(Inputs - 1);
      stalled_q <= 1'b0;
    end else if (valid_o) begin
      index_q <= index_o;
      stalled_q <= !ready_i;
    end
  end

  for (genvar i = 0; i < Inputs; i++) begin : gen_check
    `OFPGA_ASSUME_HOLD(InputHolds, valid_i[i], ready_o[i], data_i[i])
  end
  `OFPGA_ASSERT_HOLD(OutputHolds, valid_o, ready_i, {data_o, index_o})
  `OFPGA_ASSERT(ChoiceIsValid, !valid_o || valid_i[index_o])
  `OFPGA_ASSERT(OneIsServed, $onehot0(ready_o))
endmodule : ofpga_rr_arbiter
