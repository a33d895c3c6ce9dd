// The attention kernel: stages and the streams between them.
//
//   decode -> plan -> fetch_chunks (port p) -> score (port p) -> merge_peaks -> weigh (port p) -> merge_sums
//
// Scores wait in a FIFO a port, from score to weigh, until the maximum over all of them is known.
#include "attention.hpp"

#include "attention_plan.hpp"
#include "attention_scores.hpp"
#include "attention_task.hpp"
#include "attention_values.hpp"

namespace ofpga {
namespace {

// Hands the command to every stage.
void decode(hls::stream<word_t> &commands, hls::stream<AttentionTask> &plan,
            hls::stream<AttentionTask> (&fetch)[PORTS], hls::stream<AttentionTask> (&score)[PORTS],
            hls::stream<AttentionTask> &peaks,
            hls::stream<AttentionTask> (&weigh)[PORTS], hls::stream<AttentionTask> &end) {
  const AttentionTask task = attention_task(commands.read());
  plan.write(task);
  peaks.write(task);
  end.write(task);
DECODE_PORTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    fetch[p].write(task);
    score[p].write(task);
    weigh[p].write(task);
  }
}

}  // namespace
}  // namespace ofpga

#define OFPGA_ARGUMENT(N) , const ofpga::word_t *port##N
// `depth` is cosim's: the words of the largest memory in the benches' vectors.
#define OFPGA_INTERFACE(N)                                                                                   \
  OFPGA_PRAGMA(HLS interface m_axi port = port##N bundle = port##N offset = slave depth = 16384              \
                   max_read_burst_length = 16 num_read_outstanding = 64 latency = 64)
#define OFPGA_FETCH(N) fetch_chunks(fetch_tasks[N], N, fetch_items[N], blocks[N], port##N, keys[N], values[N]);

extern "C" void ofpga_attention(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                                hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                                ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT)) {
#pragma HLS interface axis port = commands
#pragma HLS interface axis port = go
#pragma HLS interface axis port = done
#pragma HLS interface m_axi port = act_in bundle = act offset = slave depth = 16384 max_read_burst_length = 16 num_read_outstanding = 16
#pragma HLS interface m_axi port = act_out bundle = act offset = slave depth = 16384 max_write_burst_length = 16
  OFPGA_EACH_PORT(OFPGA_INTERFACE)
#pragma HLS interface s_axilite port = return bundle = control
#pragma HLS interface ap_ctrl_chain port = return
#pragma HLS dataflow
  using namespace ofpga;
  hls::stream<AttentionTask> plan_task("attention.plan_task"), peak_task("attention.peak_task");
  hls::stream<AttentionTask> end_task("attention.end_task");
  hls::stream<AttentionTask> fetch_tasks[PORTS], score_tasks[PORTS], weigh_tasks[PORTS];
#pragma HLS stream variable = fetch_tasks depth = 2
#pragma HLS stream variable = score_tasks depth = 2
#pragma HLS stream variable = weigh_tasks depth = 2
  hls::stream<Item> fetch_items[PORTS], score_items[PORTS], weigh_items[PORTS];
#pragma HLS stream variable = fetch_items depth = 4
#pragma HLS stream variable = score_items depth = 4
#pragma HLS stream variable = weigh_items depth = 4
  hls::stream<Item> peak_items("attention.peak_items"), end_items("attention.end_items");
#pragma HLS stream variable = peak_items depth = 4
#pragma HLS stream variable = end_items depth = 4
  hls::stream<int> end_rows("attention.end_rows");
#pragma HLS stream variable = end_rows depth = 4
  hls::stream<uint32_t> blocks[PORTS];
#pragma HLS stream variable = blocks depth = 64
  hls::stream<QueryBlock> queries[PORTS];
#pragma HLS stream variable = queries depth = LANES * HEAD_BLOCKS
  hls::stream<word_t> keys[PORTS], values[PORTS];
#pragma HLS stream variable = keys depth = 128
#pragma HLS stream variable = values depth = 128
  hls::stream<Scores> scores[PORTS];  // a token each; all of a sequence, as weigh starts behind the last
#pragma HLS stream variable = scores depth = CONTEXT
#pragma HLS bind_storage variable = scores type = fifo impl = uram
  hls::stream<LaneScores> part_peaks[PORTS], peaks[PORTS];
#pragma HLS stream variable = part_peaks depth = 2
#pragma HLS stream variable = peaks depth = 2
  hls::stream<LaneTotal> totals[PORTS];
#pragma HLS stream variable = totals depth = LANES
  hls::stream<LaneSums> sums[PORTS];
#pragma HLS stream variable = sums depth = 2 * HEAD_BLOCKS

  decode(commands, plan_task, fetch_tasks, score_tasks, peak_task, weigh_tasks, end_task);
  plan(plan_task, go, act_in, fetch_items, blocks, score_items, queries, peak_items, weigh_items, end_items,
       end_rows);
  OFPGA_EACH_PORT(OFPGA_FETCH)
SCORES:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    score(score_tasks[p], p, score_items[p], queries[p], keys[p], scores[p], part_peaks[p]);
  }
  merge_peaks(peak_task, peak_items, part_peaks, peaks);
WEIGHTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    weigh(weigh_tasks[p], p, weigh_items[p], values[p], scores[p], peaks[p], totals[p], sums[p]);
  }
  merge_sums(end_task, end_items, end_rows, totals, sums, act_out, done);
}
