// A proof starts in reset; after that, reset may come at any time.
module ofpga_formal_reset (
  input logic clk_i,
  input logic rst_ni
);
  logic started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  always_comb if (!started_q) assume (!rst_ni);
endmodule : ofpga_formal_reset
