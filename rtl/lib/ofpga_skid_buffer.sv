`include "ofpga_assert.svh"

// Register slice: every output comes from a register, in both directions, and a word passes each
// cycle. The second register catches the word that is on its way when the output stalls.
module ofpga_skid_buffer #(
  parameter type T = logic [31:0]
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic valid_i,
  output logic ready_o,
  input  T     data_i,

  output logic valid_o,
  input  logic ready_i,
  output T     data_o
);
  T out_q, skid_q;
  logic out_valid_q, skid_valid_q;

  wire out_moves = !out_valid_q || ready_i;

  assign ready_o = !skid_valid_q;
  assign valid_o = out_valid_q;
  assign data_o = out_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      out_valid_q <= 1'b0;
      skid_valid_q <= 1'b0;
    end else if (out_moves) begin
      out_valid_q <= skid_valid_q || valid_i;
      skid_valid_q <= 1'b0;
    end else if (valid_i) begin
      skid_valid_q <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) if (out_moves) out_q <= skid_valid_q ? skid_q : data_i;
  always_ff @(posedge clk_i) if (ready_o) skid_q <= data_i;

  `OFPGA_ASSUME_HOLD(InputHolds, valid_i, ready_o, data_i)
  `OFPGA_ASSERT_HOLD(OutputHolds, valid_o, ready_i, data_o)
  `OFPGA_ASSERT(SkidBehindOutput, out_valid_q || !skid_valid_q)
endmodule : ofpga_skid_buffer
