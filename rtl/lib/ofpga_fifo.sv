`include "ofpga_assert.svh"

// Queue in registers or distributed RAM; a word shows at the output in the cycle after it went in.
// Depth 1 passes a word every other cycle, any other depth one each cycle.
module ofpga_fifo #(
  parameter int unsigned Depth = 2,  // words it holds
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
  if (Depth < 1) begin : gen_illegal
    $error("ofpga_fifo: Depth is %0d; a queue holds at least one word.", Depth);
  end

  localparam int unsigned IndexBits = Depth > 1 ? $clog2(Depth) : 1;
  localparam logic [IndexBits-1:0] LastIndex = IndexBits'(Depth - 1);

  T words_q [Depth];
  logic [IndexBits-1:0] write_q, read_q;
  logic [LevelBits-1:0] level_q;

  wire push = valid_i && ready_o;
  wire pop = valid_o && ready_i;

  assign ready_o = level_q != LevelBits'(Depth);
  assign valid_o = level_q != '0;
  assign data_o = words_q[read_q];
  assign level_o = level_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      write_q <= '0;
      read_q <= '0;
      level_q <= '0;
    end else begin
      if (push) write_q <= write_q == LastIndex ? '0 : write_q + 1'b1;
      if (pop) read_q <= read_q == LastIndex ? '0 : read_q + 1'b1;
      level_q <= level_q + LevelBits'(push) - LevelBits'(pop);
    end
  end

  always_ff @(posedge clk_i) if (push) words_q[write_q] <= data_i;

  `OFPGA_ASSUME_HOLD(InputHolds, valid_i, ready_o, data_i)
  `OFPGA_ASSERT_HOLD(OutputHolds, valid_o, ready_i, data_o)
  `OFPGA_ASSERT(LevelFits, int'(level_q) <= int'(Depth))
  `OFPGA_ASSERT(IndicesFit, int'(write_q) < int'(Depth) && int'(read_q) < int'(Depth))
  `OFPGA_ASSERT(IndicesAgree, int'(read_q) + int'(level_q) == int'(write_q) ||
                              int'(read_q) + int'(level_q) == int'(write_q) + int'(Depth))
endmodule : ofpga_fifo
