// What the stages of the matmul unit tell each other.
package ofpga_matmul_pkg;
  import ofpga_pkg::*;

  localparam int unsigned WordBits = 8 * WORD_BYTES;
  localparam int unsigned Ints = WORD_BYTES / 4;  // int32 of a word; also the mantissas of a flit
  localparam int unsigned WordChannels = 4;  // channels of a W4 code word; W8 has two
  localparam int unsigned TileBits = 32 * TILE_CHANNELS;  // results of a row of a tile
  localparam int unsigned AccBits = 53;
  localparam int unsigned TermBits = 43;  // of a K block, in such a sum
  localparam int unsigned JobsAhead = 4;  // commands that wait before a stage
  localparam int unsigned Buffers = 2;  // of finished sums, tiles; of quantised rows, commands
  localparam int unsigned GroupsMax = 4;  // of rows that take turns at the multipliers

  typedef logic [WordBits-1:0] word_t;
  typedef logic [TileBits-1:0] eight_t;  // int32 by channel
  typedef logic signed [AccBits-1:0] acc_t;
  typedef logic signed [TermBits-1:0] term_t;
  typedef logic [2:0] order_t;  // counts commands; fewer are between their start and their end
  typedef logic [$clog2(GroupsMax)-1:0] group_t;  // of rows

  // A command, and the sizes that follow from it.
  typedef struct packed {
    logic [7:0]  rows;
    group_t      last_group;  // of its rows
    logic [10:0] k_blocks;
    logic [31:0] n_tiles;
    logic [31:0] rounds;  // tiles on every port; missing ones are zero
    logic [31:0] port_words;  // weights on every port
    logic [31:0] x_addr;
    logic [31:0] y_addr;
    logic [31:0] w_addr;
    logic [31:0] index_addr;
    logic [31:0] norm_eps;
    logic        norm;
    logic        gather;
    logic        w8;
    logic        residual;
    logic        silu;
    logic        gelu;
    logic [CODEBOOK_SIZE-1:0][7:0] codebook;
  } job_t;

  // rm * 2^re, and whether reading the row failed.
  typedef struct packed {
    logic               error;
    logic [15:0]        rm;
    logic signed [15:0] re;
  } scale_t;

  // What travels from port to port: a quantised block, or the scale of a row.
  typedef struct packed {
    logic        is_scale;
    logic        bank;  // changes with each command
    logic [7:0]  row;
    group_t      last_group;  // of the command's rows
    logic        ends_row;  // all blocks of the row have come, and its base is this
    logic        complete;  // all blocks, or all scales, of the command have come
    logic [9:0]  block;
    logic [4:0]  exponent;  // of the block; below its row's base only if all of it is zero
    logic [4:0]  base;
    logic [BLOCK-1:0][7:0] q;  // a scale: scale_t in the low bits
  } flit_t;

  // What goes with a word of codes to the accumulators.
  typedef struct packed {
    logic [1:0] part;  // word of the K block
    group_t group;  // of rows
    logic       first_block;
    logic       last_block;
    logic       last_part;  // for the last group
    logic       buffer;  // of finished sums
    logic       error;  // reading this or an earlier word of the command failed
    logic [WordChannels-1:0][7:0] mults;
  } mac_control_t;

  // Bits of a group's number in a command that has groups 0 to last.
  function automatic logic [1:0] group_bits(group_t last);
    return last == '0 ? 2'd0 : last == group_t'(1) ? 2'd1 : 2'd2;
  endfunction

  // Blocks that two commands' rows may have together in a lane: of one row of the multipliers. Both fit with one
  // group of rows, and one with all groups.
  function automatic int unsigned row_space(int unsigned k_blocks, int unsigned groups);
    return 2 ** $clog2(k_blocks * (groups > 2 ? GroupsMax : 2));
  endfunction

  // Cycles from dot products, gathered or not, to ofpga_matmul_block's terms.
  function automatic int unsigned block_latency(int unsigned dsp_clocks);
    return dsp_clocks == 1 ? 3 : 4;
  endfunction

  // Where the sum of a row and a channel is kept.
  typedef struct packed {
    logic       buffer;
    logic [7:0] row;
    logic [1:0] mult;  // multiplier of the channel, and entry of its sum
    logic [1:0] entry;
  } sum_place_t;

  // Values of a DSP: none is -128.
  function automatic logic in_range(word_t values);
    in_range = 1'b1;
    for (int unsigned i = 0; i < WORD_BYTES; i++) begin
      if (values[8*i+:8] == 8'h80) in_range = 1'b0;
    end
  endfunction

endpackage : ofpga_matmul_pkg
