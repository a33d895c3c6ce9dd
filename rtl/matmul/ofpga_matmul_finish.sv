`include "ofpga_assert.svh"

// The way out of a port: sums of a tile to results, a row at a time, a channel each cycle. A row only starts
// when its results have room, so the pipelines never stall. (Missing tiles give results that nobody writes.)
module ofpga_matmul_finish
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned MacRows = 4,  // of a group
  parameter int unsigned OldAhead = 8  // rows of old results that it holds
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic [5:0] port_i,  // which this is

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic  flit_valid_i,  // scales of rows
  input  flit_t flit_i,

  input  logic  record_valid_i,
  output logic  record_ready_o,
  input  word_t record_i,

  input  logic        tile_valid_i,  // a tile was summed; never more than Buffers wait
  input  logic        tile_error_i,
  output logic        tile_done_o,  // its sums were taken
  output logic        buffer_o,
  output group_t      group_o,
  output logic [1:0]  lane_o,
  output logic [1:0]  entry_o,
  input  acc_t [MacRows-1:0] sums_i,  // of the group's rows

  input  logic   old_valid_i,
  input  eight_t old_i,
  input  logic   old_error_i,

  output logic   result_valid_o,
  input  logic   result_ready_i,
  output eight_t result_o,
  output logic   result_error_o  // something that it hangs on could not be read
);
  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;
  localparam int unsigned InGroupBits = MacRows > 1 ? $clog2(MacRows) : 1;  // with several groups a power of two
  localparam int unsigned ResultsAhead = Rows + 4;
  localparam int unsigned ChannelBits = $clog2(TILE_CHANNELS);

  // ------------------------------------------------------------------------------- scales of rows
  scale_t scales_q [2 ** (RowBits + 1)];
  logic [1:0] scales_valid_q;  // by bank
  logic bank_q;
  wire scale_t scale_in = scale_t'(flit_i.q[$bits(scale_t)/8:0]);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      scales_valid_q <= '0;
      bank_q <= 1'b0;
    end else begin
      if (flit_valid_i && flit_i.is_scale && flit_i.complete) scales_valid_q[flit_i.bank] <= 1'b1;
      if (job_ready_o) begin
        scales_valid_q[bank_q] <= 1'b0;
        bank_q <= !bank_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (flit_valid_i && flit_i.is_scale) begin
      scales_q[{flit_i.bank, flit_i.row[RowBits-1:0]}] <= scale_in;
    end
  end

  // ---------------------------------------------------------------- tiles that wait, old results
  logic tile_valid, tile_error, tile_ready, old_valid, old_ready;

  ofpga_fifo #(
    .Depth(Buffers),
    .T(logic)
  ) u_tiles (
    .clk_i,
    .rst_ni,
    .valid_i(tile_valid_i),
    .ready_o(tile_ready),
    .data_i (tile_error_i),
    .valid_o(tile_valid),
    .ready_i(tile_done_o),
    .data_o (tile_error),
    .level_o()
  );

  typedef struct packed {
    logic error;
    logic [TILE_CHANNELS-1:0][31:0] values;
  } old_t;

  old_t old;
  logic old_taken;

  ofpga_fifo #(
    .Depth(OldAhead),
    .T(old_t)
  ) u_old (
    .clk_i,
    .rst_ni,
    .valid_i(old_valid_i),
    .ready_o(old_ready),
    .data_i ('{error: old_error_i, values: old_i}),
    .valid_o(old_valid),
    .ready_i(old_taken),
    .data_o (old),
    .level_o()
  );

  // ------------------------------------------------------------------------------ channels, in turn
  logic buffer_q;
  logic [31:0] round_q;
  logic [7:0] row_q;
  logic [ChannelBits-1:0] channel_q;
  logic [$clog2(ResultsAhead+1)-1:0] ahead_q;  // rows of results under way or not taken

  wire exists = (round_q << $clog2(Ports)) + 32'(port_i) < job_i.n_tiles;
  wire with_old = job_i.residual && exists;
  wire starts = job_valid_i && tile_valid && record_valid_i && scales_valid_q[bank_q] &&
                ahead_q != $bits(ahead_q)'(ResultsAhead) && (old_valid || !with_old);
  wire issue = channel_q != '0 || starts;
  wire last_channel = &channel_q;
  wire last_row = row_q == job_i.rows - 1'b1;
  wire last_round = round_q == job_i.rounds - 1;

  assign tile_done_o = last_channel && last_row;
  assign record_ready_o = tile_done_o;
  assign job_ready_o = tile_done_o && last_round;
  assign old_taken = last_channel && with_old;

  assign buffer_o = buffer_q;
  assign group_o = Rows > MacRows ? group_t'(row_q / 8'(MacRows)) : '0;
  assign lane_o = job_i.w8 ? {1'b0, channel_q[0]} : channel_q[1:0];
  assign entry_o = job_i.w8 ? channel_q[2:1] : {1'b0, channel_q[2]};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      buffer_q <= 1'b0;
      round_q <= '0;
      row_q <= '0;
      channel_q <= '0;
      ahead_q <= '0;
    end else begin
      ahead_q <= ahead_q + $bits(ahead_q)'(issue && channel_q == '0) -
                 $bits(ahead_q)'(result_valid_o && result_ready_i);
      if (issue) channel_q <= channel_q + 1'b1;
      if (last_channel) row_q <= last_row ? '0 : row_q + 1'b1;
      if (tile_done_o) begin
        buffer_q <= !buffer_q;
        round_q <= last_round ? '0 : round_q + 1;
      end
    end
  end

  // ------------------------------------------------------------------------------------ pipelines
  typedef struct packed {
    logic [ChannelBits-1:0] channel;
    logic error;
  } place_t;

  typedef struct packed {
    logic signed [31:0] old;
    logic residual;
    logic silu;
    logic gelu;
    place_t place;
  } side_t;

  logic valid_q;
  acc_t sum_q;
  channel_record_t [TILE_CHANNELS-1:0] channels;
  channel_record_t record_q;
  scale_t scale;
  logic [15:0] rm_q;
  logic signed [15:0] re_q;
  side_t side_q, side;

  assign channels = record_i;
  assign scale = scales_q[{bank_q, row_q[RowBits-1:0]}];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= issue;
  end

  always_ff @(posedge clk_i) begin
    sum_q <= sums_i[MacRows > 1 ? row_q[InGroupBits-1:0] : '0];
    record_q <= channels[channel_q];
    rm_q <= scale.rm;
    re_q <= scale.re;
    side_q <= '{
      old: old.values[channel_q],
      residual: job_i.residual,
      silu: job_i.silu,
      gelu: job_i.gelu,
      place: '{
        channel: channel_q,
        error: tile_error || scale.error || (with_old && old.error)
      }
    };
  end

  logic scaled_valid, y_valid, y_silu;
  logic signed [31:0] scaled, y;
  place_t place;

  ofpga_matmul_scale #(
    .SideBits($bits(side_t))
  ) u_scale (
    .clk_i,
    .rst_ni,
    .valid_i  (valid_q),
    .sum_i    (sum_q),
    .channel_i(record_q),
    .rm_i     (rm_q),
    .re_i     (re_q),
    .side_i   (side_q),
    .valid_o  (scaled_valid),
    .result_o (scaled),
    .side_o   (side)
  );

  ofpga_matmul_epilogue #(
    .SideBits($bits(place_t) + 1)
  ) u_epilogue (
    .clk_i,
    .rst_ni,
    .valid_i   (scaled_valid),
    .result_i  (scaled),
    .old_i     (side.old),
    .odd_i     (side.place.channel[0]),
    .residual_i(side.residual),
    .silu_i    (side.silu),
    .gelu_i    (side.gelu),
    .side_i    ({side.silu, side.place}),
    .valid_o   (y_valid),
    .y_o       (y),
    .side_o    ({y_silu, place})
  );

  // ------------------------------------------------------------------------------- a row of results
  logic [TILE_CHANNELS-1:0][31:0] row_values_q, row_values;
  logic row_valid, row_ready;
  wire [ChannelBits-1:0] slot = y_silu ? {1'b0, place.channel[ChannelBits-1:1]} : place.channel;

  always_comb begin
    row_values = row_values_q;
    row_values[slot] = y;
  end
  always_ff @(posedge clk_i) if (y_valid) row_values_q <= row_values;

  assign row_valid = y_valid && &place.channel;

  ofpga_fifo #(
    .Depth(ResultsAhead),
    .T(old_t)
  ) u_results (
    .clk_i,
    .rst_ni,
    .valid_i(row_valid),
    .ready_o(row_ready),
    .data_i ('{error: place.error, values: row_values}),
    .valid_o(result_valid_o),
    .ready_i(result_ready_i),
    .data_o ({result_error_o, result_o}),
    .level_o()
  );

  `OFPGA_ASSERT(TilesFit, !tile_valid_i || tile_ready)
  `OFPGA_ASSERT(OldFits, !old_valid_i || old_ready)
  `OFPGA_ASSERT(ResultsFit, !row_valid || row_ready)
endmodule : ofpga_matmul_finish
