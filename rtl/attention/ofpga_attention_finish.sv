`include "ofpga_assert.svh"

// Adds the sums of the ports that share a head, divides, and writes the heads' parts of the rows.
// A set is one lane of the heads in all slots (ofpga_attention_heads). One sequence of sets goes
// ahead with the totals L, for their reciprocals, and with where rows go; another follows with the
// sums A, two elements of every head each cycle.
module ofpga_attention_finish
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
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

  // The ports' sums; total_i comes a cycle after its place, sums_i SumsLatency.
  output result_bank_t                   read_bank_o,
  output logic [LaneBits-1:0]            read_total_lane_o,
  input  total_t [Ports-1:0]             total_i,
  output logic [LaneBits-1:0]            read_lane_o,
  output logic [BlockIndexBits-1:0]      read_block_o,
  output pair_t                          read_pair_o,
  input  sum_t [Ports-1:0][1:0]          sums_i,

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
  localparam int unsigned Leaves = 2 ** $clog2(Ports);
  localparam int unsigned Slots = Leaves < 8 ? Leaves : 8;  // heads side by side
  localparam int unsigned SlotBits = Slots > 1 ? $clog2(Slots) : 1;
  localparam int unsigned SlotShift = $clog2(Leaves / Slots);
  localparam int unsigned MostPorts = Leaves < PAGE_TOKENS ? Leaves : PAGE_TOKENS;  // of a head
  localparam int unsigned Levels = $clog2(MostPorts) > SlotShift ? $clog2(MostPorts) : SlotShift;
  localparam int unsigned AddLatency = Levels + 1;
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

  // Slots whose head at this base is there.
  function automatic logic [Slots-1:0] heads_at(logic [4:0] base);
    for (int unsigned i = 0; i < Slots; i++) begin
      heads_at[i] = ((i << SlotShift) & ((32'd1 << task_i.split_log2) - 1)) == 0
                    && (i << SlotShift) + 32'(base) < Ports
                    && item_q.port_base + 20'(i << SlotShift) + 20'(base) < task_i.chunks;
    end
  endfunction

  // The next base; 0 behind the last.
  function automatic logic [4:0] following(logic [4:0] base);
    logic [5:0] next;
    next = 6'(base) + (6'd1 << task_i.split_log2);
    following = 32'(next) >= 1 << SlotShift || 32'(next) >= Ports
        || item_q.port_base + 20'(next) >= task_i.chunks ? '0 : next[4:0];
  endfunction

  // ---------------------------------------------------------------------- totals and where rows go
  typedef enum logic [2:0] {Idle, Total, Locate, Index, Address, Send} ahead_e;

  ahead_e ahead_q;
  logic [4:0] ahead_base_q;
  logic [LaneBits-1:0] ahead_lane_q;
  logic [SlotBits-1:0] ahead_slot_q;
  logic [Slots-1:0] ahead_heads_q;
  logic [1:0] sets_q;  // between their totals and their last sums
  logic [31:0] row_heads_q, head_q, index_q;
  addr_t addr_q;
  logic place_ready, set_leaves;

  wire ahead_last_lane = 4'(ahead_lane_q) + 4'd1 == item_q.lanes;
  wire [4:0] ahead_next = following(ahead_base_q);
  wire total = ahead_q == Total && sets_q != 2'd2;
  wire send = ahead_q == Send && place_ready;
  wire skip = ahead_q == Locate && !ahead_heads_q[ahead_slot_q];
  wire set_sent = (send || skip) && ahead_slot_q == SlotBits'(Slots - 1);

  assign read_total_lane_o = ahead_lane_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ahead_q <= Idle;
      sets_q <= '0;
    end else begin
      unique case (ahead_q)
        Idle: if (taken) ahead_q <= Total;
        Total: if (total) ahead_q <= Locate;
        Locate: if (!skip) ahead_q <= Index;
        Index: ahead_q <= Address;
        Address: ahead_q <= Send;
        Send: if (send) ahead_q <= Locate;
        default: ahead_q <= Idle;
      endcase
      if (set_sent) ahead_q <= ahead_last_lane && ahead_next == '0 ? Idle : Total;
      sets_q <= sets_q + 2'(total) - 2'(set_leaves);
    end
  end

  wire [19:0] ahead_port = item_q.port_base + (20'(ahead_slot_q) << SlotShift) + 20'(ahead_base_q);
  wire [15:0] kv_head = 16'(ahead_port >> task_i.split_log2);

  always_ff @(posedge clk_i) begin
    if (taken) begin
      ahead_base_q <= '0;
      ahead_lane_q <= '0;
      ahead_slot_q <= '0;
    end else begin
      if (send || skip) ahead_slot_q <= set_sent ? '0 : ahead_slot_q + 1'b1;
      if (set_sent) begin
        ahead_lane_q <= ahead_last_lane ? '0 : ahead_lane_q + 1'b1;
        if (ahead_last_lane) ahead_base_q <= ahead_next;
      end
    end
    ahead_heads_q <= heads_at(ahead_base_q);
    row_heads_q <= 32'(lanes_q[ahead_lane_q].row) * 32'(task_i.q_heads);
    head_q <= 32'(kv_head) * 32'(task_i.group) + 32'(lanes_q[ahead_lane_q].head);
    index_q <= row_heads_q + head_q;
    addr_q <= WordAddrBits'(task_i.y_addr)
              + WordAddrBits'({index_q * 32'(task_i.head_blocks), 1'b0});
  end

  // Totals of a set come at once; their reciprocals follow one another.
  logic [AddLatency+1:0] total_valid_q;
  total_t [Slots-1:0] totals, totals_q;
  logic [SlotBits-1:0] divide_slot_q, made_slot_q;
  logic divides_q, reciprocal_done, made_bank_q;
  reciprocal_t made;
  reciprocal_t [1:0][Slots-1:0] reciprocals_q;

  wire totals_stand = total_valid_q[AddLatency];
  wire set_made = reciprocal_done && made_slot_q == SlotBits'(Slots - 1);

  ofpga_attention_heads #(
    .Ports    (Ports),
    .Slots    (Slots),
    .SlotShift(SlotShift),
    .Bits     (TotalBits)
  ) u_add_totals (
    .clk_i,
    .split_log2_i(task_i.split_log2),
    .base_i      (ahead_base_q),
    .data_i      (total_i),
    .sums_o      (totals)
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      total_valid_q <= '0;
      divides_q <= 1'b0;
      divide_slot_q <= '0;
      made_slot_q <= '0;
      made_bank_q <= 1'b0;
    end else begin
      total_valid_q <= {total_valid_q[AddLatency:0], total};
      if (totals_stand) divides_q <= 1'b1;
      else if (divide_slot_q == SlotBits'(Slots - 1)) divides_q <= 1'b0;
      if (divides_q) begin
        divide_slot_q <= divide_slot_q == SlotBits'(Slots - 1) ? '0 : divide_slot_q + 1'b1;
      end
      if (reciprocal_done) made_slot_q <= set_made ? '0 : made_slot_q + 1'b1;
      if (set_made) made_bank_q <= !made_bank_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (totals_stand) totals_q <= totals;
    else totals_q <= totals_q >> TotalBits;
    if (reciprocal_done) reciprocals_q[made_bank_q][made_slot_q] <= made;
  end

  ofpga_attention_reciprocal u_reciprocal (
    .clk_i,
    .rst_ni,
    .valid_i(divides_q),
    .total_i(totals_q[0]),
    .valid_o(reciprocal_done),
    .value_o(made.value),
    .shift_o(made.shift)
  );

  // ----------------------------------------------------------------------------- sums to quotients
  localparam int unsigned SumLatency = SumsLatency + AddLatency;
  localparam int unsigned JoinLatency = SumLatency + 3;  // of the reciprocal
  localparam int unsigned OutLatency = SumLatency + 7;

  logic follow_q;  // sums of the item are to be read
  logic within_q;  // a set, of which some have been read
  logic [4:0] base_q;
  logic [LaneBits-1:0] lane_q;
  logic [3:0] block_q;
  pair_t pair_q;
  logic bank_q;  // of the set's reciprocals
  logic [1:0] ready_q;  // sets that have their reciprocals and have not begun
  logic set_room;

  wire last_lane = 4'(lane_q) + 4'd1 == item_q.lanes;
  wire [4:0] next_base = following(base_q);
  wire set_begins = follow_q && !within_q && ready_q != '0 && set_room;
  wire read = within_q || set_begins;
  wire set_ends = read && pair_q == '1 && block_q == task_i.head_blocks - 4'd1;
  wire read_ends = set_ends && last_lane && next_base == '0;

  assign read_lane_o = lane_q;
  assign read_block_o = BlockIndexBits'(block_q);
  assign read_pair_o = pair_q;
  assign item_ready_o = !follow_q && ahead_q == Idle;
  assign item_done_o = read_ends;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      follow_q <= 1'b0;
      within_q <= 1'b0;
      bank_q <= 1'b0;
      ready_q <= '0;
    end else begin
      if (taken) follow_q <= 1'b1;
      else if (read_ends) follow_q <= 1'b0;
      within_q <= read && !set_ends;
      bank_q <= bank_q ^ set_ends;
      ready_q <= ready_q + 2'(set_made) - 2'(set_begins);
    end
  end

  always_ff @(posedge clk_i) begin
    if (taken) begin
      base_q <= '0;
      lane_q <= '0;
      block_q <= '0;
      pair_q <= '0;
    end else if (read) begin
      pair_q <= pair_q + 1'b1;
      if (pair_q == '1) block_q <= set_ends ? '0 : block_q + 4'd1;
      if (set_ends) lane_q <= last_lane ? '0 : lane_q + 1'b1;
      if (set_ends && last_lane) base_q <= next_base;
    end
  end

  // What travels beside the sums.
  logic [OutLatency-1:0] valid_q;
  logic [JoinLatency-1:0] ends_q;
  logic [4:0] sums_base;
  logic join_bank;
  logic [BlockIndexBits-1:0] out_block;
  pair_t out_pair;
  logic [Slots-1:0][1:0][31:0] y;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= '0;
      ends_q <= '0;
    end else begin
      valid_q <= {valid_q[OutLatency-2:0], read};
      ends_q <= {ends_q[JoinLatency-2:0], set_ends};
    end
  end
  assign set_leaves = ends_q[JoinLatency-1];

  ofpga_delay #(
    .Cycles(SumsLatency),
    .Bits  (5)
  ) u_delay_base (
    .clk_i,
    .data_i(base_q),
    .data_o(sums_base)
  );
  ofpga_delay #(
    .Cycles(JoinLatency),
    .Bits  (1)
  ) u_delay_bank (
    .clk_i,
    .data_i(bank_q),
    .data_o(join_bank)
  );
  ofpga_delay #(
    .Cycles(OutLatency),
    .Bits  (BlockIndexBits + $bits(pair_t))
  ) u_delay_place (
    .clk_i,
    .data_i({BlockIndexBits'(block_q), pair_q}),
    .data_o({out_block, out_pair})
  );

  for (genvar e = 0; e < 2; e++) begin : gen_element
    sum_t [Ports-1:0] parts;
    sum_t [Slots-1:0] sums;
    for (genvar p = 0; p < Ports; p++) begin : gen_port
      assign parts[p] = sums_i[p][e];
    end

    ofpga_attention_heads #(
      .Ports    (Ports),
      .Slots    (Slots),
      .SlotShift(SlotShift),
      .Bits     (SumBits)
    ) u_add (
      .clk_i,
      .split_log2_i(task_i.split_log2),
      .base_i      (sums_base),
      .data_i      (parts),
      .sums_o      (sums)
    );

    for (genvar i = 0; i < Slots; i++) begin : gen_slot
      ofpga_attention_quotient u_quotient (
        .clk_i,
        .sum_i       (signed'(sums[i])),
        .reciprocal_i(reciprocals_q[join_bank][i].value),
        .shift_i     (signed'(reciprocals_q[join_bank][i].shift)),
        .y_o         (y[i][e])
      );
    end
  end

  // ---------------------------------------------------------------------------------------- writes
  addr_t place;
  logic place_valid, place_taken, word_valid, word_ready, write_done, write_error;
  logic [511:0] word;
  logic [15:0] unwritten_q;  // heads of lanes

  ofpga_attention_collect #(
    .Slots     (Slots),
    .HeadBlocks(HeadBlocks),
    .OutWords  (OutWords)
  ) u_collect (
    .clk_i,
    .rst_ni,
    .head_blocks_i(task_i.head_blocks),
    .set_ready_o  (set_room),
    .set_valid_i  (set_begins),
    .set_exists_i (heads_at(base_q)),
    .valid_i      (valid_q[OutLatency-1]),
    .block_i      (out_block),
    .pair_i       (out_pair),
    .results_i    (y),
    .word_valid_o (word_valid),
    .word_o       (word),
    .word_left_i  (axi_wvalid_o && axi_wready_i)
  );

  ofpga_fifo #(
    .Depth(16),
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
    .data_valid_i(word_valid),
    .data_ready_o(word_ready),
    .data_i      (word),
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

  `OFPGA_ASSERT(WriterHasRoom, !word_valid || word_ready)
  `OFPGA_ASSERT(TotalsInTurn, !totals_stand || !divides_q)
  `OFPGA_ASSERT(ReciprocalsHaveRoom, !set_made || ready_q != 2'd2)
endmodule : ofpga_attention_finish
