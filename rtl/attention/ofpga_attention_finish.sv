`include "ofpga_assert.svh"

// Adds the sums of the ports that share a head, divides, and writes the head's part of the row. One
// sequence of lanes goes ahead with the totals L, for their reciprocals; another follows with the
// sums A, half a block each cycle.
module ofpga_attention_finish
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned Quotients = 16,  // each cycle: 16, 8, 4, 2 or 1
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input  task_t task_i,
  output logic  idle_o,  // and all that was written is in memory
  output logic  error_o,  // for a cycle: a write failed

  input  logic              item_valid_i,
  output logic              item_ready_o,  // and the sums of the item before are read
  input  item_t             item_i,
  input  lane_t [Lanes-1:0] lanes_i,
  input  result_bank_t      bank_i,
  output logic              item_done_o,  // for a cycle

  // The ports' sums; total_i comes a cycle after its place, sums_i two.
  output result_bank_t                        read_bank_o,
  output logic [LaneBits-1:0]                 read_total_lane_o,
  input  total_t [Ports-1:0]                  total_i,
  output logic [LaneBits-1:0]                 read_lane_o,
  output logic [BlockIndexBits-1:0]           read_block_o,
  output logic                                read_half_o,
  input  sum_t [Ports-1:0][HalfInts-1:0]      sums_i,

  output logic         axi_awvalid_o,
  input  logic         axi_awready_i,
  output logic [63:0]  axi_awaddr_o,
  output logic [7:0]   axi_awlen_o,
  output logic         axi_wvalid_o,
  input  logic         axi_wready_i,
  output logic [511:0] axi_wdata_o,
  output logic [63:0]  axi_wstrb_o,
  output logic         axi_wlast_o,
  input  logic         axi_bvalid_i,
  output logic         axi_bready_o,
  input  logic [1:0]   axi_bresp_i
);
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1;
  localparam int unsigned AddLatency = $clog2(Ports) + 1;
  localparam int unsigned Pending = 16;  // lanes between their total and their last sums
  localparam int unsigned OutWords = 64;  // that fit the writer

  typedef struct packed {
    logic [24:0]       value;
    logic signed [5:0] shift;
  } reciprocal_t;

  item_t item_q;
  lane_t [Lanes-1:0] lanes_q;

  wire taken = item_valid_i && item_ready_o;
  always_ff @(posedge clk_i) begin
    if (taken) begin
      item_q <= item_i;
      lanes_q <= lanes_i;
      read_bank_o <= bank_i;
    end
  end

  // The first port of the next head; none: Ports or more.
  function automatic logic [PortBits:0] following(logic [PortBits:0] port);
    logic [PortBits+4:0] next;
    next = (PortBits + 5)'(port) + ((PortBits + 5)'(1) << task_i.split_log2);
    if (32'(next) >= Ports || item_q.port_base + 20'(next) >= task_i.chunks) begin
      next = (PortBits + 5)'(Ports);
    end
    return next[PortBits:0];
  endfunction

  function automatic logic [Ports-1:0] head_ports(logic [PortBits:0] port);
    for (int unsigned p = 0; p < Ports; p++) begin
      head_ports[p] = ((p ^ 32'(port)) >> task_i.split_log2) == '0;
    end
  endfunction

  // ---------------------------------------------------------------------- totals and where rows go
  typedef enum logic [2:0] {Idle, Locate, Index, Address, Send} ahead_e;

  ahead_e ahead_q;
  logic [PortBits:0] ahead_port_q;
  logic [LaneBits-1:0] ahead_lane_q;
  logic [$clog2(Pending+1)-1:0] pending_q;
  logic [31:0] row_heads_q, head_q, index_q;
  addr_t addr_q;
  logic place_ready, lane_leaves;

  wire ahead_last_lane = 4'(ahead_lane_q) + 4'd1 == item_q.lanes;
  wire [PortBits:0] ahead_next = following(ahead_port_q);
  wire ahead_done = ahead_last_lane && 32'(ahead_next) >= Ports;
  wire send = ahead_q == Send && pending_q != ($clog2(Pending + 1))'(Pending) && place_ready;

  assign read_total_lane_o = ahead_lane_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ahead_q <= Idle;
      pending_q <= '0;
    end else begin
      unique case (ahead_q)
        Idle: if (taken) ahead_q <= Locate;
        Locate: ahead_q <= Index;
        Index: ahead_q <= Address;
        Address: ahead_q <= Send;
        Send: if (send) ahead_q <= ahead_done ? Idle : Locate;
        default: ahead_q <= Idle;
      endcase
      pending_q <= pending_q + ($clog2(Pending + 1))'(send) - ($clog2(Pending + 1))'(lane_leaves);
    end
  end

  wire [15:0] kv_head = 16'((item_q.port_base + 20'(ahead_port_q)) >> task_i.split_log2);

  always_ff @(posedge clk_i) begin
    if (taken) begin
      ahead_port_q <= '0;
      ahead_lane_q <= '0;
    end else if (send) begin
      ahead_lane_q <= ahead_last_lane ? '0 : ahead_lane_q + 1'b1;
      if (ahead_last_lane) ahead_port_q <= ahead_next;
    end
    row_heads_q <= 32'(lanes_q[ahead_lane_q].row) * 32'(task_i.q_heads);
    head_q <= 32'(kv_head) * 32'(task_i.group) + 32'(lanes_q[ahead_lane_q].head);
    index_q <= row_heads_q + head_q;
    addr_q <= WordAddrBits'(task_i.y_addr)
              + WordAddrBits'({index_q * 32'(task_i.head_blocks), 1'b0});
  end

  logic [AddLatency:0] total_valid_q;
  logic [Ports-1:0] total_ports_q;
  total_t total;
  logic reciprocal_done, reciprocal_valid, reciprocal_ready;
  reciprocal_t made, reciprocal;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) total_valid_q <= '0;
    else total_valid_q <= {total_valid_q[AddLatency-1:0], send};
  end
  always_ff @(posedge clk_i) total_ports_q <= head_ports(ahead_port_q);

  ofpga_attention_adder #(
    .Inputs(Ports),
    .Bits  (TotalBits)
  ) u_add_totals (
    .clk_i,
    .use_i (total_ports_q),
    .data_i(total_i),
    .sum_o (total)
  );

  ofpga_attention_reciprocal u_reciprocal (
    .clk_i,
    .rst_ni,
    .valid_i(total_valid_q[AddLatency]),
    .total_i(total),
    .valid_o(reciprocal_done),
    .value_o(made.value),
    .shift_o(made.shift)
  );

  ofpga_fifo #(
    .Depth(Pending),
    .T(reciprocal_t)
  ) u_reciprocals (
    .clk_i,
    .rst_ni,
    .valid_i(reciprocal_done),
    .ready_o(reciprocal_ready),
    .data_i (made),
    .valid_o(reciprocal_valid),
    .ready_i(lane_leaves),
    .data_o (reciprocal),
    .level_o()
  );

  // ----------------------------------------------------------------------------- sums to quotients
  localparam int unsigned Turns = HalfInts / Quotients;  // of the quotients for a word
  localparam int unsigned TurnLatency = Turns > 1 ? 1 : 0;
  localparam int unsigned JoinLatency = 2 + AddLatency + TurnLatency + 3;  // of the reciprocal
  localparam int unsigned LeaveLatency = JoinLatency + Turns - 1;
  localparam int unsigned OutLatency = 2 + AddLatency + TurnLatency + 7 + Turns - 1;

  logic follow_q;  // sums of the item are to be read
  logic [PortBits:0] port_q;
  logic [LaneBits-1:0] lane_q;
  logic [3:0] block_q;
  logic half_q;
  logic [$clog2(Pending+1)-1:0] ready_q;  // reciprocals made for lanes that have not been read
  logic [$clog2(OutWords+1)-1:0] room_q;  // in the writer, for words that have not been read

  wire last_lane = 4'(lane_q) + 4'd1 == item_q.lanes;
  wire lane_ends = half_q && block_q == task_i.head_blocks - 4'd1;
  wire [PortBits:0] next_port = following(port_q);
  logic [4:0] turns_q;  // before the next word is read
  wire read = follow_q && ready_q != '0 && room_q != '0 && turns_q == '0;
  wire read_ends = read && lane_ends && last_lane && 32'(next_port) >= Ports;
  wire word_out = axi_wvalid_o && axi_wready_i;

  assign read_lane_o = lane_q;
  assign read_block_o = BlockIndexBits'(block_q);
  assign read_half_o = half_q;
  assign item_ready_o = !follow_q;
  assign item_done_o = read_ends;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      follow_q <= 1'b0;
      turns_q <= '0;
      ready_q <= '0;
      room_q <= ($clog2(OutWords + 1))'(OutWords);
    end else begin
      if (taken) follow_q <= 1'b1;
      else if (read_ends) follow_q <= 1'b0;
      if (read) turns_q <= 5'(Turns - 1);
      else if (turns_q != '0) turns_q <= turns_q - 1'b1;
      ready_q <= ready_q + ($clog2(Pending + 1))'(reciprocal_done)
                 - ($clog2(Pending + 1))'(read && lane_ends);
      room_q <= room_q - ($clog2(OutWords + 1))'(read) + ($clog2(OutWords + 1))'(word_out);
    end
  end

  always_ff @(posedge clk_i) begin
    if (taken) begin
      port_q <= '0;
      lane_q <= '0;
      block_q <= '0;
      half_q <= 1'b0;
    end else if (read) begin
      half_q <= !half_q;
      if (half_q) block_q <= lane_ends ? '0 : block_q + 4'd1;
      if (lane_ends) lane_q <= last_lane ? '0 : lane_q + 1'b1;
      if (lane_ends && last_lane) port_q <= next_port;
    end
  end

  logic [OutLatency-1:0] valid_q;
  logic [LeaveLatency-1:0] ends_q;
  logic [Ports-1:0] ports1_q, ports2_q;
  sum_t [HalfInts-1:0] sums;
  sum_t [Quotients-1:0] dividends;
  logic [Quotients-1:0][31:0] quotients;
  logic [HalfInts-1:0][31:0] y;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= '0;
      ends_q <= '0;
    end else begin
      valid_q <= {valid_q[OutLatency-2:0], read};
      ends_q <= {ends_q[LeaveLatency-2:0], read && lane_ends};
    end
  end
  always_ff @(posedge clk_i) begin
    ports1_q <= head_ports(port_q);
    ports2_q <= ports1_q;
  end
  assign lane_leaves = ends_q[LeaveLatency-1];

  for (genvar i = 0; i < HalfInts; i++) begin : gen_element
    sum_t [Ports-1:0] parts;
    for (genvar p = 0; p < Ports; p++) begin : gen_part
      assign parts[p] = sums_i[p][i];
    end

    ofpga_attention_adder #(
      .Inputs(Ports),
      .Bits  (SumBits)
    ) u_add (
      .clk_i,
      .use_i (ports2_q),
      .data_i(parts),
      .sum_o (sums[i])
    );
  end

  for (genvar i = 0; i < Quotients; i++) begin : gen_quotient
    ofpga_attention_quotient u_quotient (
      .clk_i,
      .sum_i       (signed'(dividends[i])),
      .reciprocal_i(reciprocal.value),
      .shift_i     (signed'(reciprocal.shift)),
      .y_o         (quotients[i])
    );
  end

  if (Turns == 1) begin : gen_at_once
    assign dividends = sums;
    assign y = quotients;
  end else begin : gen_in_turns
    sum_t [HalfInts-1:0] dividends_q;
    logic [HalfInts-Quotients-1:0][31:0] y_q;
    assign dividends = dividends_q[Quotients-1:0];
    assign y = {quotients, y_q};
    always_ff @(posedge clk_i) begin
      dividends_q <= valid_q[1+AddLatency] ? sums : dividends_q >> (Quotients * SumBits);
      y_q <= y[HalfInts-1:Quotients];
    end
  end

  // ---------------------------------------------------------------------------------------- writes
  addr_t place;
  logic place_valid, place_taken, word_ready, write_done, write_error;
  logic [15:0] unwritten_q;  // lanes

  ofpga_fifo #(
    .Depth(Pending),
    .T(addr_t)
  ) u_places (
    .clk_i,
    .rst_ni,
    .valid_i(send),
    .ready_o(place_ready),
    .data_i (addr_q),
    .valid_o(place_valid),
    .ready_i(place_taken),
    .data_o (place),
    .level_o()
  );

  ofpga_axi_write #(
    .CountBits  (16),
    .BufferWords(OutWords)
  ) u_write (
    .clk_i,
    .rst_ni,
    .req_valid_i (place_valid),
    .req_ready_o (place_taken),
    .req_addr_i  (place),
    .req_words_i (16'({task_i.head_blocks, 1'b0})),
    .data_valid_i(valid_q[OutLatency-1]),
    .data_ready_o(word_ready),
    .data_i      (y),
    .strobe_i    ('1),
    .done_o      (write_done),
    .error_o     (write_error),
    .axi_awvalid_o,
    .axi_awready_i,
    .axi_awaddr_o,
    .axi_awlen_o,
    .axi_wvalid_o,
    .axi_wready_i,
    .axi_wdata_o,
    .axi_wstrb_o,
    .axi_wlast_o,
    .axi_bvalid_i,
    .axi_bready_o,
    .axi_bresp_i
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) unwritten_q <= '0;
    else unwritten_q <= unwritten_q + 16'(send) - 16'(write_done);
  end

  assign idle_o = !follow_q && unwritten_q == '0;
  assign error_o = write_done && write_error;

  `OFPGA_ASSERT(WriterHasRoom, !valid_q[OutLatency-1] || word_ready)
  `OFPGA_ASSERT(ReciprocalIsThere, !valid_q[JoinLatency-1] || reciprocal_valid)
  `OFPGA_ASSERT(ReciprocalsHaveRoom, !reciprocal_done || reciprocal_ready)
  `OFPGA_ASSERT(AheadIsAhead, !taken || ahead_q == Idle)
endmodule : ofpga_attention_finish
