`include "ofpga_assert.svh"

// Looks on at an AXI4 channel pair and says, a cycle later, what happens there: for counters.
module ofpga_axi_watch #(
  parameter int unsigned MaxBursts = 1023  // reads asked for and not yet answered
) (
  input logic clk_i,
  input logic rst_ni,

  input logic axi_arvalid_i,
  input logic axi_arready_i,
  input logic axi_rvalid_i,
  input logic axi_rready_i,
  input logic axi_rlast_i,
  input logic axi_wvalid_i,
  input logic axi_wready_i,

  output logic read_o,  // a word was read
  output logic written_o,  // a word was written
  output logic waits_o  // a word was due and did not come
);
  localparam int unsigned CountBits = $clog2(MaxBursts + 1);

  logic [CountBits-1:0] bursts_q;  // not answered
  wire asked = axi_arvalid_i && axi_arready_i;
  wire answered = axi_rvalid_i && axi_rready_i && axi_rlast_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      bursts_q <= '0;
      read_o <= 1'b0;
      written_o <= 1'b0;
      waits_o <= 1'b0;
    end else begin
      bursts_q <= bursts_q + CountBits'(asked) - CountBits'(answered);
      read_o <= axi_rvalid_i && axi_rready_i;
      written_o <= axi_wvalid_i && axi_wready_i;
      waits_o <= bursts_q != '0 && !axi_rvalid_i;
    end
  end

  if (MaxBursts < 1) begin : gen_illegal_bursts
    $error("ofpga_axi_watch: MaxBursts is %0d; it must be at least 1.", MaxBursts);
  end
  `OFPGA_ASSUME(AnswerWasAskedFor, !answered || bursts_q != '0)
  `OFPGA_ASSUME(BurstsAreFew, !asked || answered || bursts_q != CountBits'(MaxBursts))
endmodule : ofpga_axi_watch
