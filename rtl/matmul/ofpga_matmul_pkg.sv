// What the stages of the matmul unit tell each other.
package ofpga_matmul_pkg;
  import ofpga_pkg::*;

  localparam int unsigned WordBits = 8 * WORD_BYTES;
  localparam int unsigned Ints = WORD_BYTES / 4;  // int32 of a word; also the mantissas of a flit
  localparam int unsigned WordChannels = 4;  // channels of a W4 code word; W8 has two
  localparam int unsigned TileBits = 32 * TILE_CHANNELS;  // results of a row of a tile
  localparam int unsigned AccBits = 53;
  localparam int unsigned Buffers = 2;  // of finished sums, tiles; of quantised rows, commands

  typedef logic [WordBits-1:0] word_t;
  typedef logic [TileBits-1:0] eight_t;  // int32 by channel
  typedef logic signed [AccBits-1:0] acc_t;
  typedef logic [2:0] order_t;  // counts commands; fewer are between their start and their end

  // A command, and the sizes that follow from it.
  typedef struct packed {
    logic [7:0]  rows;
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
    logic       first_block;
    logic       last_block;
    logic       last_part;
    logic       buffer;  // of finished sums
    logic       error;  // reading this or an earlier word of the command failed
    logic [WordChannels-1:0][7:0] mults;
  } mac_control_t;

  // Values of a DSP: none is -128.
  function automatic logic in_range(word_t values);
    in_range = 1'b1;
    for (int unsigned i = 0; i < WORD_BYTES; i++) begin
      if (values[8*i+:8] == 8'h80) in_range = 1'b0;
    end
  endfunction

endpackage : ofpga_matmul_pkg
