`include "ofpga_assert.svh"

// One port: writes the patches of KV_WRITE, copies the blocks of KV_COPY, in their order.
module ofpga_kv_store
  import ofpga_kv_pkg::*;
#(
  localparam int unsigned Part = 64,  // words copied at once: little is lost after an error
  localparam int unsigned CountBits = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic clear_i,  // forget errors
  output logic error_o,
  output logic idle_o,  // all has been written

  input  logic   patch_valid_i,
  output logic   patch_ready_o,
  input  patch_t patch_i,

  input  logic        copy_valid_i,
  output logic        copy_ready_o,  // the one before has been written, so it may be the source
  input  copy_t       copy_i,
  input  logic [31:0] block_words_i,  // at least 1

  output logic         axi_arvalid_o,
  input  logic         axi_arready_i,
  output logic [63:0]  axi_araddr_o,
  output logic [7:0]   axi_arlen_o,
  input  logic         axi_rvalid_i,
  output logic         axi_rready_o,
  input  logic [511:0] axi_rdata_i,
  input  logic [1:0]   axi_rresp_i,
  input  logic         axi_rlast_i,

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
  logic copying_q, read_q, write_q;  // a part's requests to make
  logic [31:0] left_q;  // words of the block that have not been asked for
  copy_t at_q;
  logic opened_q;  // the patch at hand has made its request
  logic [CountBits-1:0] pending_q;  // requests not answered
  logic read_ready, write_valid, write_ready, data_valid, data_ready, data_error;
  logic word_valid, word_ready, written, write_error;
  logic [511:0] data;

  wire ends = left_q <= 32'(Part);
  wire [CountBits-1:0] part = ends ? left_q[CountBits-1:0] : CountBits'(Part);
  wire part_asked = copying_q && (!read_q || read_ready) && (!write_q || write_ready);

  // ---------------------------------------------------------------------------------------- copies
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      copying_q <= 1'b0;
      read_q <= 1'b0;
      write_q <= 1'b0;
    end else if (copy_valid_i && copy_ready_o) begin
      copying_q <= 1'b1;
      read_q <= 1'b1;
      write_q <= 1'b1;
    end else if (part_asked) begin
      copying_q <= !ends && !error_o;
      read_q <= !ends && !error_o;
      write_q <= !ends && !error_o;
    end else begin
      if (read_ready) read_q <= 1'b0;
      if (write_ready) write_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (copy_ready_o) begin
      at_q <= copy_i;
      left_q <= block_words_i;
    end else if (part_asked) begin
      at_q.from <= at_q.from + 58'(part);
      at_q.to <= at_q.to + 58'(part);
      left_q <= left_q - 32'(part);
    end
  end

  assign copy_ready_o = !copying_q && pending_q == '0;

  ofpga_axi_read #(
    .CountBits  (CountBits),
    .BufferWords(64)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (read_q),
    .req_ready_o (read_ready),
    .req_addr_i  (at_q.from),
    .req_words_i (part),
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

  // ---------------------------------------------------------------------------------------- writes
  wire opening = patch_valid_i && patch_i.first && !opened_q;
  wire patch_word = patch_valid_i && !opening;

  assign write_valid = copying_q ? write_q : opening;
  assign word_valid = data_valid || patch_word;
  assign patch_ready_o = patch_word && word_ready;
  assign data_ready = word_ready;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) opened_q <= 1'b0;
    else if (opening) opened_q <= write_ready;
    else if (patch_ready_o) opened_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) pending_q <= '0;
    else pending_q <= pending_q + CountBits'(write_valid && write_ready) - CountBits'(written);
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) error_o <= 1'b0;
    else if ((data_valid && data_error) || (written && write_error)) error_o <= 1'b1;
  end

  assign idle_o = !copying_q && pending_q == '0 && !patch_valid_i;

  ofpga_axi_write #(
    .CountBits  (CountBits),
    .BufferWords(32)
  ) u_write (
    .clk_i,
    .rst_ni,
    .req_valid_i (write_valid),
    .req_ready_o (write_ready),
    .req_addr_i  (copying_q ? at_q.to : patch_i.addr),
    .req_words_i (copying_q ? part : CountBits'(patch_i.words)),
    .data_valid_i(word_valid),
    .data_ready_o(word_ready),
    .data_i      (data_valid ? data : patch_i.data),
    .strobe_i    (data_valid ? (data_error ? '0 : '1) : patch_i.strobe),
    .done_o      (written),
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

  `OFPGA_ASSUME(OneKindAtATime, !(patch_valid_i && (copying_q || data_valid)))
  `OFPGA_ASSUME_HOLD(PatchHolds, patch_valid_i, patch_ready_o, patch_i)
endmodule : ofpga_kv_store
