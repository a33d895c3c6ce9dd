`include "ofpga_assert.svh"

// Some ports: writes the patches of KV_WRITE, copies the blocks of KV_COPY, in their order. Patches come one after
// another whatever their ports, so one buffer serves all; a block is copied on one port after another.
module ofpga_kv_store
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Ports = 2,
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1,
  localparam int unsigned Part = 64,  // words copied at once: little is lost after an error
  localparam int unsigned CountBits = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic clear_i,  // forget errors
  output logic error_o,
  output logic idle_o,  // all has been written

  input  logic                patch_valid_i,
  output logic                patch_ready_o,
  input  logic [PortBits-1:0] patch_port_i,
  input  patch_t              patch_i,

  input  logic        copy_valid_i,
  output logic        copy_ready_o,  // the one before has been written, so it may be the source
  input  copy_t       copy_i,
  input  logic [31:0] block_words_i,  // at least 1

  output logic [Ports-1:0]        axi_arvalid_o,
  input  logic [Ports-1:0]        axi_arready_i,
  output logic [Ports-1:0][63:0]  axi_araddr_o,
  output logic [Ports-1:0][7:0]   axi_arlen_o,
  input  logic [Ports-1:0]        axi_rvalid_i,
  output logic [Ports-1:0]        axi_rready_o,
  input  logic [Ports-1:0][511:0] axi_rdata_i,
  input  logic [Ports-1:0][1:0]   axi_rresp_i,
  input  logic [Ports-1:0]        axi_rlast_i,

  output logic [Ports-1:0]        axi_awvalid_o,
  input  logic [Ports-1:0]        axi_awready_i,
  output logic [Ports-1:0][63:0]  axi_awaddr_o,
  output logic [Ports-1:0][7:0]   axi_awlen_o,
  output logic [Ports-1:0]        axi_wvalid_o,
  input  logic [Ports-1:0]        axi_wready_i,
  output logic [Ports-1:0][511:0] axi_wdata_o,
  output logic [Ports-1:0][63:0]  axi_wstrb_o,
  output logic [Ports-1:0]        axi_wlast_o,
  input  logic [Ports-1:0]        axi_bvalid_i,
  output logic [Ports-1:0]        axi_bready_o,
  input  logic [Ports-1:0][1:0]   axi_bresp_i
);
  typedef enum logic [1:0] {
    IDLE,
    PART,  // asks to read and to write a part of a block
    DRAIN  // the last words of a port come
  } state_e;

  state_e state_q;
  logic read_q, write_q;  // a part's requests to make
  logic [PortBits-1:0] port_q;
  logic [31:0] left_q;  // words of the block that have not been asked for
  copy_t copy_q, at_q;
  logic [CountBits:0] unread_q;  // words asked for that have not come
  logic opened_q;  // the patch at hand has made its request
  logic read_ready, write_valid, write_ready, data_valid, data_ready, data_error;
  logic word_valid, word_ready, write_idle, write_error;
  logic [511:0] data;

  wire copying = state_q != IDLE;
  wire starts = copy_valid_i && copy_ready_o;
  wire ends = left_q <= 32'(Part);
  wire [CountBits-1:0] part = ends ? left_q[CountBits-1:0] : CountBits'(Part);
  wire part_asked = state_q == PART && (!read_q || read_ready) && (!write_q || write_ready);
  wire drained = state_q == DRAIN && unread_q == '0;
  wire last_port = port_q == PortBits'(Ports - 1);
  wire begins_part = starts || (part_asked && !ends && !error_o) || (drained && !last_port && !error_o);

  // ---------------------------------------------------------------------------------------- copies
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      read_q <= 1'b0;
      write_q <= 1'b0;
      unread_q <= '0;
    end else begin
      if (begins_part) state_q <= PART;
      else if (part_asked) state_q <= DRAIN;
      else if (drained) state_q <= IDLE;

      read_q <= begins_part || (read_q && !read_ready);
      write_q <= begins_part || (write_q && !write_ready);
      unread_q <= unread_q + (read_q && read_ready ? (CountBits + 1)'(part) : '0)
                  - (CountBits + 1)'(data_valid && data_ready);
    end
  end

  always_ff @(posedge clk_i) begin
    if (starts) begin
      copy_q <= copy_i;
      at_q <= copy_i;
      left_q <= block_words_i;
    end else if (drained) begin
      at_q <= copy_q;
      left_q <= block_words_i;
    end else if (part_asked) begin
      at_q.from <= at_q.from + 58'(part);
      at_q.to <= at_q.to + 58'(part);
      left_q <= left_q - 32'(part);
    end
  end

  // Reset, as a single port has no lane 1 to look at before the first copy.
  always_ff @(posedge clk_i) begin
    if (!rst_ni || starts) port_q <= '0;
    else if (drained && !last_port) port_q <= port_q + 1'b1;
  end

  assign copy_ready_o = !copying && write_idle;

  logic axi_arvalid;
  logic [63:0] axi_araddr;
  logic [7:0] axi_arlen;

  ofpga_axi_read #(
    .CountBits  (CountBits),
    .BufferWords(64)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i  (read_q),
    .req_ready_o  (read_ready),
    .req_addr_i   (at_q.from),
    .req_words_i  (part),
    .data_valid_o (data_valid),
    .data_ready_i (data_ready),
    .data_o       (data),
    .data_last_o  (),
    .data_error_o (data_error),
    .axi_arvalid_o(axi_arvalid),
    .axi_arready_i(axi_arready_i[port_q]),
    .axi_araddr_o (axi_araddr),
    .axi_arlen_o  (axi_arlen),
    .axi_rvalid_i (axi_rvalid_i[port_q]),
    .axi_rready_o (),
    .axi_rdata_i  (axi_rdata_i[port_q]),
    .axi_rresp_i  (axi_rresp_i[port_q]),
    .axi_rlast_i  (axi_rlast_i[port_q])
  );

  for (genvar p = 0; p < Ports; p++) begin : gen_port
    assign axi_arvalid_o[p] = axi_arvalid && port_q == PortBits'(p);
    assign axi_araddr_o[p] = axi_araddr;
    assign axi_arlen_o[p] = axi_arlen;
    assign axi_rready_o[p] = 1'b1;

    `OFPGA_ASSUME(AnswerWasAskedFor, !axi_rvalid_i[p] || port_q == PortBits'(p))
  end

  // ---------------------------------------------------------------------------------------- writes
  wire opening = patch_valid_i && patch_i.first && !opened_q;
  wire patch_word = patch_valid_i && !opening;

  assign write_valid = copying ? write_q : opening;
  assign word_valid = data_valid || patch_word;
  assign patch_ready_o = patch_word && word_ready;
  assign data_ready = word_ready;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) opened_q <= 1'b0;
    else if (opening) opened_q <= write_ready;
    else if (patch_ready_o) opened_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) error_o <= 1'b0;
    else if ((data_valid && data_error) || write_error) error_o <= 1'b1;
  end

  assign idle_o = !copying && write_idle && !patch_valid_i;

  ofpga_kv_writer #(
    .Ports    (Ports),
    .CountBits(CountBits)
  ) u_write (
    .clk_i,
    .rst_ni,
    .req_valid_i (write_valid),
    .req_ready_o (write_ready),
    .req_port_i  (copying ? port_q : patch_port_i),
    .req_addr_i  (copying ? at_q.to : patch_i.addr),
    .req_words_i (copying ? part : CountBits'(patch_i.words)),
    .data_valid_i(word_valid),
    .data_ready_o(word_ready),
    .data_i      (data_valid ? data : patch_i.data),
    .strobe_i    (data_valid ? (data_error ? '0 : '1) : patch_i.strobe),
    .idle_o      (write_idle),
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

  `OFPGA_ASSUME(OneKindAtATime, !(patch_valid_i && (copying || data_valid)))
  `OFPGA_ASSUME_HOLD(PatchHolds, patch_valid_i, patch_ready_o, {patch_port_i, patch_i})
endmodule : ofpga_kv_store
