`include "ofpga_assert.svh"

// The way out of a port, or of two side by side: sums of a tile to results, a row at a time, a channel each cycle.
// Two lanes take turns row by row, since their results are collected together. A row only starts when its results
// have room, so the pipelines never stall. (Missing tiles give results that nobody writes.)
module ofpga_matmul_finish
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned Lanes = 1,  // it serves: 1 or 2
  parameter int unsigned OldAhead = 8  // rows of old results that it holds, of each lane
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic [5:0] port_i,  // of the first lane

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic  flit_valid_i,  // scales of rows
  input  flit_t flit_i,

  input  logic  [Lanes-1:0] record_valid_i,
  output logic  [Lanes-1:0] record_ready_o,
  input  word_t [Lanes-1:0] record_i,

  input  logic [Lanes-1:0] tile_valid_i,  // a tile was summed; never more than Buffers wait
  input  logic [Lanes-1:0] tile_error_i,
  output logic [Lanes-1:0] tile_done_o,  // its sums were taken
  output sum_place_t       place_o,  // of a sum, in all lanes
  output logic [Lanes-1:0] take_o,  // of whom it is wanted
  input  acc_t [Lanes-1:0] sum_i,  // in the next cycle; zero where it is not

  input  logic   [Lanes-1:0] old_valid_i,
  input  eight_t [Lanes-1:0] old_i,
  input  logic               old_error_i,

  output logic   [Lanes-1:0] result_valid_o,
  input  logic   [Lanes-1:0] result_ready_i,
  output eight_t [Lanes-1:0] result_o,
  output logic   [Lanes-1:0] result_error_o  // something that it hangs on could not be read
);
  if (Lanes != 1 && Lanes != 2) begin : gen_illegal_lanes
    $error("ofpga_matmul_finish: Lanes is %0d; it must be 1 or 2.", Lanes);
  end

  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;
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
  typedef struct packed {
    logic error;
    logic [TILE_CHANNELS-1:0][31:0] values;
  } old_t;

  logic [Lanes-1:0] tile_valid, tile_error, old_valid, old_taken;
  old_t [Lanes-1:0] old;

  for (genvar l = 0; l < Lanes; l++) begin : gen_waiting
    logic tile_ready, old_ready;

    ofpga_fifo #(
      .Depth(Buffers),
      .T(logic)
    ) u_tiles (
      .clk_i,
      .rst_ni,
      .valid_i(tile_valid_i[l]),
      .ready_o(tile_ready),
      .data_i (tile_error_i[l]),
      .valid_o(tile_valid[l]),
      .ready_i(tile_done_o[l]),
      .data_o (tile_error[l]),
      .level_o()
    );

    ofpga_fifo #(
      .Depth(OldAhead),
      .T(old_t)
    ) u_old (
      .clk_i,
      .rst_ni,
      .valid_i(old_valid_i[l]),
      .ready_o(old_ready),
      .data_i ('{error: old_error_i, values: old_i[l]}),
      .valid_o(old_valid[l]),
      .ready_i(old_taken[l]),
      .data_o (old[l]),
      .level_o()
    );

    `OFPGA_ASSERT(TilesFit, !tile_valid_i[l] || tile_ready)
    `OFPGA_ASSERT(OldFits, !old_valid_i[l] || old_ready)
  end

  // ------------------------------------------------------------------------------ channels, in turn
  logic buffer_q;
  logic [31:0] round_q;
  logic [7:0] row_q;
  logic lane_q;
  logic [ChannelBits-1:0] channel_q;
  logic [$clog2(ResultsAhead+1)-1:0] ahead_q;  // rows of results of all lanes under way or not taken

  wire last_lane = lane_q == 1'(Lanes - 1);
  wire lane = Lanes > 1 ? lane_q : '0;
  wire exists = (round_q << $clog2(Ports)) + 32'(port_i) + 32'(lane) < job_i.n_tiles;
  wire with_old = job_i.residual && exists;
  wire room = lane_q || ahead_q != $bits(ahead_q)'(ResultsAhead);
  wire starts = job_valid_i && tile_valid[lane] && record_valid_i[lane] && scales_valid_q[bank_q] &&
                room && (old_valid[lane] || !with_old);
  wire begins = channel_q == '0 && starts;
  wire issue = channel_q != '0 || starts;
  wire last_channel = &channel_q;
  wire last_row = row_q == job_i.rows - 1'b1;
  wire last_round = round_q == job_i.rounds - 1;
  wire ends_round = last_channel && last_row && last_lane;

  assign record_ready_o = tile_done_o;
  assign job_ready_o = ends_round && last_round;
  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    assign take_o[l] = lane_q == 1'(l);
    assign tile_done_o[l] = last_channel && last_row && take_o[l];
    assign old_taken[l] = last_channel && with_old && take_o[l];
  end

  assign place_o = '{
    buffer: buffer_q,
    row: row_q,
    mult: job_i.w8 ? {1'b0, channel_q[0]} : channel_q[1:0],
    entry: job_i.w8 ? channel_q[2:1] : {1'b0, channel_q[2]}
  };

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      buffer_q <= 1'b0;
      round_q <= '0;
      row_q <= '0;
      lane_q <= 1'b0;
      channel_q <= '0;
      ahead_q <= '0;
    end else begin
      ahead_q <= ahead_q + $bits(ahead_q)'(begins && !lane_q) -
                 $bits(ahead_q)'(result_valid_o[Lanes-1] && result_ready_i[Lanes-1]);
      if (issue) channel_q <= channel_q + 1'b1;
      if (last_channel) lane_q <= !last_lane;
      if (last_channel && last_lane) row_q <= last_row ? '0 : row_q + 1'b1;
      if (ends_round) begin
        buffer_q <= !buffer_q;
        round_q <= last_round ? '0 : round_q + 1;
      end
    end
  end

  // ------------------------------------------------------------------------------------ pipelines
  typedef struct packed {
    logic lane;
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
  acc_t sum;
  channel_record_t [Lanes-1:0][TILE_CHANNELS-1:0] channels;
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

  always_comb begin
    sum = '0;
    for (int unsigned l = 0; l < Lanes; l++) sum |= sum_i[l];
  end

  always_ff @(posedge clk_i) begin
    record_q <= channels[lane][channel_q];
    rm_q <= scale.rm;
    re_q <= scale.re;
    side_q <= '{
      old: old[lane].values[channel_q],
      residual: job_i.residual,
      silu: job_i.silu,
      gelu: job_i.gelu,
      place: '{
        lane: lane_q,
        channel: channel_q,
        error: tile_error[lane] || scale.error || (with_old && old[lane].error)
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
    .sum_i    (sum),
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
  wire [ChannelBits-1:0] slot = y_silu ? {1'b0, place.channel[ChannelBits-1:1]} : place.channel;

  always_comb begin
    row_values = row_values_q;
    row_values[slot] = y;
  end
  always_ff @(posedge clk_i) if (y_valid) row_values_q <= row_values;

  for (genvar l = 0; l < Lanes; l++) begin : gen_results
    wire row_valid = y_valid && &place.channel && place.lane == 1'(l);
    logic row_ready;

    ofpga_fifo #(
      .Depth(ResultsAhead),
      .T(old_t)
    ) u_results (
      .clk_i,
      .rst_ni,
      .valid_i(row_valid),
      .ready_o(row_ready),
      .data_i ('{error: place.error, values: row_values}),
      .valid_o(result_valid_o[l]),
      .ready_i(result_ready_i[l]),
      .data_o ({result_error_o[l], result_o[l]}),
      .level_o()
    );

    `OFPGA_ASSERT(ResultsFit, !row_valid || row_ready)
  end

  // Rows are counted once for all lanes.
  `OFPGA_ASSUME(TakenTogether, result_ready_i == '0 || &result_ready_i)
endmodule : ofpga_matmul_finish
