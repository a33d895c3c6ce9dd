`include "ofpga_assert.svh"

// Reads the segment records of an ATTENTION command and checks them: BAD_ADDRESS if one cannot be
// read, else BAD_FIELD if one is not what this card supports. A record a cycle.
module ofpga_seq_records
  import ofpga_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned Context = 2048,
  localparam int unsigned PerWord = 8 * WORD_BYTES / $bits(segment_record_t),
  localparam int unsigned CountBits = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic               valid_i,
  output logic               ready_o,
  input  attention_command_t command_i,  // its fields are good

  output logic       done_o,  // for a cycle
  output logic [7:0] status_o,  // with done_o

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
  localparam int unsigned WhichBits = $clog2(PerWord);

  logic busy_q, unreadable_q, illegal_q;
  logic [15:0] left_q, rows_q;
  logic [WhichBits-1:0] which_q;
  logic req_ready, data_valid, data_error;
  segment_record_t [PerWord-1:0] records;
  segment_record_t record;

  assign record = records[which_q];
  wire [16:0] end_row = 17'(record.first_row) + 17'(record.rows);
  wire [32:0] end_token = 33'(record.start) + 33'(record.rows);
  wire legal = record.rows != '0 && end_row <= 17'(rows_q) && end_token == 33'(record.length)
               && record.length <= Context;
  wire ends = data_valid && left_q == 16'd1;
  wire next_word = data_valid && (ends || which_q == WhichBits'(PerWord - 1));

  assign ready_o = !busy_q && req_ready;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) busy_q <= 1'b0;
    else if (!busy_q) busy_q <= valid_i && req_ready;
    else if (ends) busy_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (!busy_q) begin
      left_q <= command_i.segments[15:0];  // at most rows
      rows_q <= command_i.rows;
      which_q <= '0;
      unreadable_q <= 1'b0;
      illegal_q <= 1'b0;
    end else if (data_valid) begin
      left_q <= left_q - 1'b1;
      which_q <= which_q + 1'b1;
      unreadable_q <= unreadable_q || data_error;
      illegal_q <= illegal_q || !legal;
    end
  end

  assign done_o = ends;
  assign status_o = unreadable_q || data_error ? STATUS_BAD_ADDRESS
                    : illegal_q || !legal ? STATUS_BAD_FIELD : STATUS_OK;

  ofpga_axi_read #(
    .CountBits  (CountBits),
    .MaxBeats   (4),
    .MaxBursts  (4),
    .BufferWords(8)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (valid_i && !busy_q),
    .req_ready_o (req_ready),
    .req_addr_i  (58'(command_i.segments_addr)),
    .req_words_i (CountBits'((32'(command_i.segments[15:0]) + PerWord - 1) / PerWord)),
    .data_valid_o(data_valid),
    .data_ready_i(next_word),
    .data_o      (records),
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

  if (Rows < 1 || Rows > 65535) begin : gen_illegal_rows
    $error("ofpga_seq_records: Rows is %0d; a command counts 1 to 65535.", Rows);
  end
  `OFPGA_ASSUME(RecordsAreFew, !valid_i || command_i.segments <= Rows)
endmodule : ofpga_seq_records
