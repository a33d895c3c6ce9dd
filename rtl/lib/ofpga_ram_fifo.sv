`include "ofpga_assert.svh"

// Deep queue in block RAM, or ultra RAM where it is deep enough; one word each cycle. The RAM's output latch and output register
// are stages of the queue, so that it runs at the RAM's full clock; a word shows at the output
// three cycles after it went in.
module ofpga_ram_fifo #(
  parameter int unsigned Depth = 512,  // words it holds, those in the output stages included
  parameter type T = logic [31:0],
  localparam int unsigned LevelBits = $clog2(Depth + 1)
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic valid_i,
  output logic ready_o,
  input  T     data_i,

  output logic valid_o,
  input  logic ready_i,
  output T     data_o,

  output logic [LevelBits-1:0] level_o  // words held
);
  if (Depth < 4) begin : gen_illegal
    $error("ofpga_ram_fifo: Depth is %0d; it must be at least 4 to pass a word each cycle.", Depth);
  end

  localparam int unsigned IndexBits = Depth > 1 ? $clog2(Depth) : 1;
  localparam logic [IndexBits-1:0] LastIndex = IndexBits'(Depth - 1);

  // An ultra RAM is 4096 deep, a block RAM of wide words 512.
  (* ram_style = Depth >= 2048 ? "ultra" : "block" *) T words_q [Depth];
  T latch_q, out_q;
  logic latch_valid_q, out_valid_q;
  logic [IndexBits-1:0] write_q, read_q;
  logic [LevelBits-1:0] level_q, stored_q;  // stored: still in the RAM

  wire push = valid_i && ready_o;
  wire pop = valid_o && ready_i;
  wire out_moves = !out_valid_q || ready_i;
  wire latch_moves = !latch_valid_q || out_moves;
  wire fetch = latch_moves && stored_q != '0;

  assign ready_o = level_q != LevelBits'(Depth);
  assign valid_o = out_valid_q;
  assign data_o = out_q;
  assign level_o = level_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      write_q <= '0;
      read_q <= '0;
      level_q <= '0;
      stored_q <= '0;
      latch_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (push) write_q <= write_q == LastIndex ? '0 : write_q + 1'b1;
      if (fetch) read_q <= read_q == LastIndex ? '0 : read_q + 1'b1;
      level_q <= level_q + LevelBits'(push) - LevelBits'(pop);
      stored_q <= stored_q + LevelBits'(push) - LevelBits'(fetch);
      if (latch_moves) latch_valid_q <= fetch;
      if (out_moves) out_valid_q <= latch_valid_q;
    end
  end

  always_ff @(posedge clk_i) if (push) words_q[write_q] <= data_i;
  always_ff @(posedge clk_i) if (fetch) latch_q <= words_q[read_q];
  always_ff @(posedge clk_i) if (out_moves) out_q <= latch_q;

  `OFPGA_ASSUME_HOLD(InputHolds, valid_i, ready_o, data_i)
  `OFPGA_ASSERT_HOLD(OutputHolds, valid_o, ready_i, data_o)
  `OFPGA_ASSERT(LevelFits, int'(level_q) <= int'(Depth))
  `OFPGA_ASSERT(LevelAddsUp,
                int'(level_q) == int'(stored_q) + int'(latch_valid_q) + int'(out_valid_q))
  `OFPGA_ASSERT(IndicesFit, int'(write_q) < int'(Depth) && int'(read_q) < int'(Depth))
  `OFPGA_ASSERT(IndicesAgree, int'(read_q) + int'(stored_q) == int'(write_q) ||
                              int'(read_q) + int'(stored_q) == int'(write_q) + int'(Depth))
endmodule : ofpga_ram_fifo
