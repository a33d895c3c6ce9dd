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

  // What travels from port to port: half a quantised block, or the scale of a row.
  typedef struct packed {
    logic        is_scale;
    logic        bank;  // changes with each command
    logic [7:0]  row;
    logic        last_row;
    logic [9:0]  block;
    logic        half;
    logic [3:0]  rel;
    logic [Ints-1:0][7:0] q;  // a scale: scale_t in the low bits
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

endpackage : ofpga_matmul_pkg
