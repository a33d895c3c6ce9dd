`include "ofpga_assert.svh"

// Fetches the queries of an item and deals them to the ports of their heads, a block each cycle,
// then passes the item on. Two banks: an item's queries come in while those of the one before are
// in use.
module ofpga_attention_queries
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1,
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input  task_t task_i,
  input  logic  go_i,  // reads may be asked for
  output logic  error_o,  // for a cycle: a read failed

  input  logic              item_valid_i,
  output logic              item_ready_o,
  input  item_t             item_i,
  input  lane_t [Lanes-1:0] lanes_i,

  output logic              item_valid_o,
  input  logic              item_ready_i,
  output item_t             item_o,
  output lane_t [Lanes-1:0] lanes_o,
  output logic              bank_o,

  output logic [Ports-1:0]          write_o,
  output logic                      write_bank_o,
  output logic [LaneBits-1:0]       lane_o,
  output logic [BlockIndexBits-1:0] block_o,
  output logic [BLOCK-1:0][7:0]     query_o,
  output logic [4:0]                exponent_o,

  output logic         axi_arvalid_o,
  input  logic         axi_arready_i,
  output logic [63:0]  axi_araddr_o,
  output logic [7:0]   axi_arlen_o,
  input  logic         axi_rvalid_i,
  output logic         axi_rready_o,
  input  logic [511:0] axi_rdata_i,
  input  logic [1:0]   axi_rresp_i,
  input  logic         axi_rlast_i
);
  // What arrives for a lane: its exponents, then its mantissas.
  typedef struct packed {
    logic [PortBits-1:0] port;  // the first of its head's
    logic [LaneBits-1:0] lane;
    logic [5:0]          byte_at;  // of the exponents in their first word
    logic                two;  // words of exponents
    logic                half;  // of the first word of mantissas
  } expect_t;

  // -------------------------------------------------------------------------------------- requests
  typedef enum logic [2:0] {Idle, Locate, Scale, Exponents, Mantissas, Drain, Offer} ask_e;

  ask_e ask_q;
  logic [PortBits:0] port_q;  // the first of a head
  logic [LaneBits-1:0] lane_q;
  logic [31:0] row_words_q, index_q;  // index: of the block within its row
  addr_t record_q;

  expect_t expected, arriving;
  logic expect_ready, arriving_valid, lane_arrived;
  logic req_valid, req_ready, data_valid, data_ready, data_error;
  addr_t req_addr;
  logic [3:0] req_words;
  logic [511:0] data;

  wire [19:0] chunk = item_o.port_base + 20'(port_q);
  wire [15:0] kv_head = 16'(chunk >> task_i.split_log2);
  wire [PortBits:0] next_port = port_q + (PortBits + 1)'(5'd1 << task_i.split_log2);
  wire last_lane = 4'(lane_q) + 4'd1 == item_o.lanes;
  wire last_port = 32'(next_port) >= Ports || item_o.port_base + 20'(next_port) >= task_i.chunks;

  // Bytes from the record's start to the exponents; the words follow.
  wire [31:0] exponents_at = {11'd0, task_i.q_heads, 5'd0} * 32'(task_i.head_blocks) + index_q;
  wire [6:0] exponents_end = 7'(exponents_at[5:0]) + 7'(task_i.head_blocks);

  always_comb begin
    expected = '{
      port: port_q[PortBits-1:0],
      lane: lane_q,
      byte_at: exponents_at[5:0],
      two: exponents_end > 7'd64,
      half: index_q[0]
    };
    if (ask_q == Exponents) begin
      req_addr = record_q + WordAddrBits'(exponents_at >> 6);
      req_words = expected.two ? 4'd2 : 4'd1;
    end else begin
      req_addr = record_q + WordAddrBits'(index_q >> 1);
      req_words = 4'((5'(index_q[0]) + 5'(task_i.head_blocks) + 5'd1) >> 1);
    end
  end

  assign req_valid = go_i && ((ask_q == Exponents && expect_ready) || ask_q == Mantissas);
  wire asked = req_valid && req_ready;

  assign item_ready_o = ask_q == Idle;
  assign item_valid_o = ask_q == Offer;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ask_q <= Idle;
      bank_o <= 1'b0;
    end else begin
      unique case (ask_q)
        Idle: if (item_valid_i) ask_q <= Locate;
        Locate: ask_q <= Scale;
        Scale: ask_q <= Exponents;
        Exponents: if (asked) ask_q <= Mantissas;
        Mantissas: if (asked) ask_q <= last_lane && last_port ? Drain : Locate;
        Drain: if (!arriving_valid) ask_q <= Offer;
        Offer: if (item_ready_i) begin
          ask_q <= Idle;
          bank_o <= !bank_o;
        end
        default: ask_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (item_valid_i && item_ready_o) begin
      item_o <= item_i;
      lanes_o <= lanes_i;
      port_q <= '0;
      lane_q <= '0;
    end else if (ask_q == Mantissas && asked) begin
      lane_q <= last_lane ? '0 : lane_q + 1'b1;
      if (last_lane) port_q <= next_port;
    end
    if (ask_q == Locate) begin
      row_words_q <= 32'(lanes_o[lane_q].row) * 32'(task_i.record_words);
      index_q <= 32'(kv_head) * 32'(task_i.group) + 32'(lanes_o[lane_q].head);
    end
    if (ask_q == Scale) begin
      record_q <= WordAddrBits'(task_i.q_addr) + WordAddrBits'(row_words_q);
      index_q <= index_q * 32'(task_i.head_blocks);
    end
  end

  ofpga_fifo #(
    .Depth(16),
    .T(expect_t)
  ) u_expect (
    .clk_i,
    .rst_ni,
    .valid_i(go_i && ask_q == Exponents && req_ready),
    .ready_o(expect_ready),
    .data_i (expected),
    .valid_o(arriving_valid),
    .ready_i(lane_arrived),
    .data_o (arriving),
    .level_o()
  );

  ofpga_axi_read #(
    .CountBits  (16),
    .BufferWords(64)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (req_valid),
    .req_ready_o (req_ready),
    .req_addr_i  (req_addr),
    .req_words_i (16'(req_words)),
    .data_valid_o(data_valid),
    .data_ready_i(data_ready),
    .data_o      (data),
    .data_last_o (),
    .data_error_o(data_error),
    .axi_arvalid_o,
    .axi_arready_i,
    .axi_araddr_o,
    .axi_arlen_o,
    .axi_rvalid_i,
    .axi_rready_o,
    .axi_rdata_i,
    .axi_rresp_i,
    .axi_rlast_i
  );

  // -------------------------------------------------------------------------------------- arrivals
  logic [1:0] exponent_words_q;  // that have come
  logic [HeadBlocks-1:0][7:0] exponents_q;
  logic [3:0] block_q;

  wire taking_exponents = exponent_words_q == 2'd0 || (exponent_words_q == 2'd1 && arriving.two);
  wire half = arriving.half ^ block_q[0];
  wire block_last = block_q == task_i.head_blocks - 4'd1;
  wire block = arriving_valid && data_valid && !taking_exponents;

  assign data_ready = arriving_valid && (taking_exponents || half || block_last);
  assign lane_arrived = block && block_last;

  wire [511:0] clean = data_error ? '0 : data;
  wire [8*HeadBlocks-1:0] exponents_low = (8*HeadBlocks)'(clean >> {arriving.byte_at, 3'd0});
  wire [8*HeadBlocks-1:0] exponents_high =
      (8*HeadBlocks)'(clean << (10'd512 - {1'b0, arriving.byte_at, 3'd0}));

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      exponent_words_q <= '0;
      block_q <= '0;
      write_o <= '0;
      error_o <= 1'b0;
    end else begin
      if (lane_arrived) exponent_words_q <= '0;
      else if (arriving_valid && data_valid && taking_exponents) begin
        exponent_words_q <= exponent_words_q + 2'd1;
      end
      if (block) block_q <= block_last ? '0 : block_q + 4'd1;
      for (int unsigned p = 0; p < Ports; p++) begin
        write_o[p] <= block && ((p ^ 32'(arriving.port)) >> task_i.split_log2) == '0;
      end
      error_o <= data_valid && data_error;
    end
  end

  always_ff @(posedge clk_i) begin
    if (exponent_words_q == 2'd0) exponents_q <= exponents_low;
    else if (taking_exponents && data_valid) begin
      exponents_q <= exponents_q | exponents_high;
    end
    write_bank_o <= bank_o;
    lane_o <= arriving.lane;
    block_o <= BlockIndexBits'(block_q);
    query_o <= in_range(half ? clean[511:256] : clean[255:0]);
    exponent_o <= exponents_q[BlockIndexBits'(block_q)][4:0];
  end
endmodule : ofpga_attention_queries
