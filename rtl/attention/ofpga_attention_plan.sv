`include "ofpga_assert.svh"

// Reads segments and their block tables, and cuts segments into items: every slot of the ports,
// every Lanes queries (row-major: row, head in group). The next segment's table is fetched while
// this one's is in use.
module ofpga_attention_plan
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4,
  parameter int unsigned Context = 2048,
  parameter int unsigned ScoreDepth = 2048,
  localparam int unsigned TableWords = (Context + 255) / 256,
  localparam int unsigned TableBits = TableWords > 1 ? $clog2(TableWords) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input  task_t task_i,
  input  logic  start_i,  // on this command, which holds until idle_o
  output logic  idle_o,
  output logic  error_o,  // for a cycle: a read failed

  output logic              item_valid_o,
  input  logic              item_ready_i,
  output item_t             item_o,
  output lane_t [Lanes-1:0] lanes_o,

  // Block tables, read by the walks of the keys and of the values.
  input  logic [1:0]              release_i,
  input  logic [1:0]              table_read_i,
  input  logic [1:0][TableBits:0] table_place_i,
  output logic [1:0][15:0][31:0]  table_o,

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
  localparam int unsigned PerWord = WORD_BYTES / 16;  // segment records

  // --------------------------------------------------------------------------- segments and tables
  typedef enum logic [2:0] {Idle, AskRecord, TakeRecord, AskTable, TakeTable, Offer} load_e;

  load_e load_q;
  logic [15:0] segment_q;  // number of the segment
  segment_record_t record_q;
  logic bank_q;
  logic [1:0][1:0] used_q;  // tables that the walk of the keys, of the values has not released
  logic [TableBits-1:0] word_q;

  logic req_valid, req_ready, data_valid, data_last, data_error;
  addr_t req_addr;
  logic [15:0] req_words;
  logic [511:0] data;
  segment_record_t [PerWord-1:0] records;

  wire last_segment = segment_q + 16'd1 == task_i.segments;
  wire bank_free = used_q[0] != 2'd2 && used_q[1] != 2'd2;
  logic segment_taken;

  assign records = data;
  assign req_valid = load_q == AskRecord || (load_q == AskTable && bank_free);
  assign req_addr = load_q == AskRecord
      ? WordAddrBits'(task_i.segments_addr) + WordAddrBits'(segment_q / 16'(PerWord))
      : WordAddrBits'(record_q.table_addr);
  assign req_words = load_q == AskRecord ? 16'd1 : 16'((record_q.length[PositionBits-1:0]
                                                       + PositionBits'(255)) >> 8);
  wire asked = req_valid && req_ready;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      load_q <= Idle;
      bank_q <= 1'b0;
      error_o <= 1'b0;
    end else begin
      unique case (load_q)
        Idle: if (start_i) load_q <= AskRecord;
        AskRecord: if (asked) load_q <= TakeRecord;
        TakeRecord: if (data_valid) load_q <= data_error ? Idle : AskTable;
        AskTable: if (asked) load_q <= TakeTable;
        TakeTable: if (data_valid && data_last) load_q <= Offer;
        Offer: if (segment_taken) begin
          load_q <= last_segment ? Idle : AskRecord;
          bank_q <= !bank_q;
        end
        default: load_q <= Idle;
      endcase
      error_o <= data_valid && data_error;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) segment_q <= '0;
    else if (segment_taken) segment_q <= segment_q + 16'd1;
    if (load_q == TakeRecord) record_q <= records[segment_q[$clog2(PerWord)-1:0]];
    word_q <= load_q != TakeTable ? '0 : word_q + TableBits'(data_valid);
  end

  for (genvar w = 0; w < 2; w++) begin : gen_walk
    always_ff @(posedge clk_i) begin
      if (!rst_ni) used_q[w] <= '0;
      else used_q[w] <= used_q[w] + 2'(asked && load_q == AskTable) - 2'(release_i[w]);
    end

    logic [15:0][31:0] words_q [2**(TableBits+1)];  // a copy a walk: one port to read
    always_ff @(posedge clk_i) begin
      if (load_q == TakeTable && data_valid) words_q[{bank_q, word_q}] <= data;
      if (table_read_i[w]) table_o[w] <= words_q[table_place_i[w]];
    end
  end

  ofpga_axi_read #(
    .CountBits  (16),
    .BufferWords(32)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (req_valid),
    .req_ready_o (req_ready),
    .req_addr_i  (req_addr),
    .req_words_i (req_words),
    .data_valid_o(data_valid),
    .data_ready_i(1'b1),
    .data_o      (data),
    .data_last_o (data_last),
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

  // ----------------------------------------------------------------------------------------- items
  typedef enum logic [2:0] {Wait, Span, Lane, Size, Send} cut_e;

  cut_e cut_q;
  segment_record_t own_q;  // the segment being cut
  logic own_bank_q;
  logic [15:0] row_q, head_q;  // of the next query, the row within the segment
  logic [3:0] lane_q;
  position_t low_q, high_q;  // of all lanes
  logic [19:0] port_base_q;
  logic [23:0] chunk_base_q;
  lane_t lane;

  assign segment_taken = load_q == Offer && cut_q == Wait;
  assign idle_o = load_q == Idle && cut_q == Wait;
  assign item_valid_o = cut_q == Send;

  wire [31:0] position = own_q.start + 32'(row_q) + 32'd1;  // behind the row's own token
  wire rows_done = row_q == own_q.rows;
  wire slots_done = port_base_q + 20'(Ports) >= task_i.chunks;

  always_comb begin
    lane.valid = !rows_done && lane_q < lanes_of(4'(Lanes), item_o.pack_log2);
    lane.row = own_q.first_row + row_q;
    lane.head = head_q;
    lane.low = task_i.window != '0 && position > task_i.window
        ? PositionBits'(position - task_i.window) : '0;
    lane.high = PositionBits'(task_i.causal ? position : own_q.length);
  end

  // The scores of all tokens from the first row's first on must fit.
  wire [BlockBits-1:0] span = BlockBits'((own_q.length[PositionBits-1:0] + PositionBits'(15)) >> 4)
                              - lane.low[PositionBits-1:4];
  wire position_t span_tokens = {span, 4'd0} >> task_i.split_log2;
  pack_t pack_log2;
  always_comb begin
    pack_log2 = '0;
    for (int unsigned k = 0; k < PackMax; k++) begin
      if (32'(span_tokens) > ScoreDepth << k) pack_log2 = 2'(k + 1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) cut_q <= Wait;
    else begin
      unique case (cut_q)
        Wait: if (segment_taken) cut_q <= Span;
        Span: cut_q <= Lane;
        Lane: if (lane_q == 4'(Lanes - 1)) cut_q <= Size;
        Size: cut_q <= Send;
        Send: if (item_ready_i) cut_q <= item_o.ends_segment ? Wait : Lane;
        default: cut_q <= Wait;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (segment_taken) begin
      own_q <= record_q;
      own_bank_q <= bank_q;
    end
    unique case (cut_q)
      Wait: begin
        port_base_q <= '0;
        chunk_base_q <= '0;
        row_q <= '0;
        head_q <= '0;
      end
      Span: item_o.pack_log2 <= pack_log2;
      Lane: begin
        lanes_o[lane_q[$clog2(Lanes > 1 ? Lanes : 2)-1:0]] <= lane;
        if (lane.valid) begin
          item_o.lanes <= lane_q + 4'd1;
          if (lane_q == '0 || lane.low < low_q) low_q <= lane.low;
          if (lane_q == '0 || lane.high > high_q) high_q <= lane.high;
          head_q <= head_q + 16'd1 == task_i.group ? '0 : head_q + 16'd1;
          if (head_q + 16'd1 == task_i.group) row_q <= row_q + 16'd1;
        end
      end
      Size: begin
        item_o.port_base <= port_base_q;
        item_o.chunk_base <= chunk_base_q;
        item_o.first_block <= low_q[PositionBits-1:4];
        item_o.blocks <= BlockBits'((high_q + PositionBits'(15)) >> 4) - low_q[PositionBits-1:4];
        item_o.table_bank <= own_bank_q;
        item_o.ends_segment <= rows_done && slots_done;
      end
      Send: if (item_ready_i && rows_done) begin
        row_q <= '0;
        port_base_q <= port_base_q + 20'(Ports);
        chunk_base_q <= chunk_base_q + 24'(task_i.exponent_words)
                        + 24'({task_i.mantissa_words, 1'b0});
      end
      default: ;
    endcase
    lane_q <= cut_q == Lane ? lane_q + 4'd1 : '0;
  end

  `OFPGA_ASSUME(StartsWhenIdle, !start_i || idle_o)
  `OFPGA_ASSERT_HOLD(ItemHolds, item_valid_o, item_ready_i, {item_o, lanes_o})
endmodule : ofpga_attention_plan
