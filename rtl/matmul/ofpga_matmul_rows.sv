`include "ofpga_assert.svh"

// A port's quantised rows: those of two commands, for a group of MacRows rows at a time.
//
// A pair of rows shares a RAM, since a block is multiplied with two words at least: it is read once for both, its
// even row first. Blocks of one command lie from the RAM's beginning on, those of the other from its end, and
// the groups of a command side by side. So two commands fit if their blocks together do (ofpga_matmul_pkg::row_space):
// with one group of rows each they always do, and what starts a command looks after the others.
module ofpga_matmul_rows
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4,  // of a command
  parameter int unsigned MacRows = 4,  // of a group
  parameter int unsigned KBlocks = 64
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic  flit_valid_i,  // quantised rows
  input  flit_t flit_i,

  input  logic bank_i,  // of the command whose weights come
  output logic ready_o,  // all its rows are there
  input  logic release_i,  // it is through

  input  logic       read_i,  // in every second cycle at most
  input  logic [9:0] block_i,
  input  group_t     group_i,
  input  group_t     last_group_i,  // of the command
  input  logic [7:0] rows_i,  // of the command; others are zero

  output logic [MacRows-1:0][BLOCK-1:0][7:0] q_o,  // three cycles after read_i, until another's come
  output logic [MacRows-1:0][3:0] rel_o
);
  localparam int unsigned Groups = (Rows + MacRows - 1) / MacRows;
  localparam int unsigned Pairs = (MacRows + 1) / 2;
  localparam int unsigned Depth = (MacRows > 1 ? 2 : 1) * row_space(KBlocks, Groups);
  localparam int unsigned AddrBits = $clog2(Depth);
  localparam int unsigned BaseBits = $clog2(2 * Groups);

  typedef struct packed {
    logic [4:0] exponent;
    logic [BLOCK-1:0][7:0] q;
  } block_t;

  function automatic logic [AddrBits-1:0] address(logic second, logic [AddrBits-1:0] nth, group_t of_group,
                                                  group_t last_group, logic odd);
    logic [AddrBits-1:0] place;
    place = (nth << group_bits(last_group)) | AddrBits'(of_group);
    if (MacRows > 1) place = {place[AddrBits-2:0], odd};
    return second ? ~place : place;
  endfunction

  // --------------------------------------------------------------------------- rows that are there
  wire block_valid = flit_valid_i && !flit_i.is_scale;
  logic [1:0] ready_q;
  assign ready_o = ready_q[bank_i];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ready_q <= '0;
    end else begin
      if (block_valid && flit_i.complete) ready_q[flit_i.bank] <= 1'b1;
      if (release_i) ready_q[bank_i] <= 1'b0;
    end
  end

  wire [7:0] in_group = Groups > 1 ? flit_i.row % 8'(MacRows) : flit_i.row;
  wire group_t write_group = Groups > 1 ? group_t'(flit_i.row / 8'(MacRows)) : '0;
  wire [AddrBits-1:0] write_addr = address(flit_i.bank, AddrBits'(flit_i.block), write_group, flit_i.last_group, in_group[0]);

  // ------------------------------------------------- even: 1: read. 2: kept. odd: 2: read. 3: both.
  typedef struct packed {
    logic [9:0] block;
    group_t group;
    group_t last_group;
    logic bank;
    logic [MacRows-1:0] present;
  } read_t;

  read_t read, read_1q, read_2q;
  logic [2:1] valid_q;

  always_comb begin
    read = '{block: block_i, group: group_i, last_group: last_group_i, bank: bank_i, present: '0};
    for (int unsigned r = 0; r < MacRows; r++) begin
      read.present[r] = 32'(rows_i) > 32'(group_i) * MacRows + r;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[1], read_i};
  end

  always_ff @(posedge clk_i) begin
    read_1q <= read;
    read_2q <= read_1q;
  end

  wire [AddrBits-1:0] even_addr = address(bank_i, AddrBits'(block_i), group_i, last_group_i, 1'b0);
  wire [AddrBits-1:0] odd_addr = address(read_1q.bank, AddrBits'(read_1q.block), read_1q.group, read_1q.last_group, 1'b1);
  wire [AddrBits-1:0] read_addr = read_i ? even_addr : odd_addr;

  for (genvar p = 0; p < Pairs; p++) begin : gen_pair
    (* ram_style = "ultra" *) block_t ram_q [Depth];
    block_t word_q;
    wire write = block_valid && in_group[7:1] == 7'(p);

    always_ff @(posedge clk_i) if (write) ram_q[write_addr] <= '{exponent: flit_i.exponent, q: flit_i.q};
    always_ff @(posedge clk_i) if (read_i || valid_q[1]) word_q <= ram_q[read_addr];

    for (genvar i = 0; i < 2; i++) begin : gen_row
      localparam int unsigned Row = 2 * p + i;
      if (Row < MacRows) begin : gen_there
        logic [4:0] base_q [2 ** BaseBits];  // by group, bank
        logic [4:0] base, exponent;
        logic [BLOCK-1:0][7:0] q, q_q;
        logic [3:0] rel_q;

        always_ff @(posedge clk_i) begin
          if (block_valid && flit_i.ends_row && in_group == 8'(Row)) begin
            base_q[BaseBits'({write_group, flit_i.bank})] <= flit_i.base;
          end
        end
        wire [4:0] rel = exponent - base;  // 0 to 15, or the block is zero

        if (i == 0) begin : gen_even
          block_t even_q;
          always_ff @(posedge clk_i) even_q <= word_q;
          assign q = even_q.q;
          assign exponent = even_q.exponent;
        end else begin : gen_odd
          assign q = word_q.q;
          assign exponent = word_q.exponent;
        end
        assign base = base_q[BaseBits'({read_2q.group, read_2q.bank})];

        always_ff @(posedge clk_i) begin
          if (valid_q[2]) begin
            q_q <= read_2q.present[Row] ? q : '0;
            rel_q <= rel[3:0];
          end
        end
        assign q_o[Row] = q_q;
        assign rel_o[Row] = rel_q;
        wire unused = rel[4];
      end
    end
  end

  wire unused = ^{in_group, flit_i.complete, read_2q.block, read_2q.last_group};

  `OFPGA_ASSERT(ReadsTakeTwoCycles, !read_i || !valid_q[1])
endmodule : ofpga_matmul_rows
