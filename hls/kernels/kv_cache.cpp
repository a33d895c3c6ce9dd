// The kv_cache kernel: stages and the streams between them.
//
//   KV_WRITE  decode -> read_rows -> rotate -> quantise_heads -> scatter -> write_records, store (port p) -> finish
//   KV_COPY   decode -> read_rows -> store (port p) -> finish
#include "kv_cache.hpp"

#include "kv_cache_heads.hpp"
#include "kv_cache_store.hpp"
#include "kv_cache_task.hpp"

namespace ofpga {
namespace {

// Hands the command to every stage.
void decode(hls::stream<word_t> &commands, hls::stream<KvTask> &read, hls::stream<KvTask> &rotate,
            hls::stream<KvTask> &quantise, hls::stream<KvTask> &scatter, hls::stream<KvTask> &record,
            hls::stream<KvTask> (&store)[PORTS]) {
  const KvTask task = kv_task(commands.read());
  read.write(task);
  rotate.write(task);
  quantise.write(task);
  scatter.write(task);
  record.write(task);
DECODE_PORTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    store[p].write(task);
  }
}

}  // namespace
}  // namespace ofpga

#define OFPGA_ARGUMENT(N) , ofpga::word_t *port##N
// `depth` is cosim's: the words of the largest memory in the benches' vectors.
#define OFPGA_INTERFACE(N)                                                                                   \
  OFPGA_PRAGMA(HLS interface m_axi port = port##N bundle = port##N offset = slave depth = 16384              \
                   max_read_burst_length = 64 max_write_burst_length = 64 latency = 64)
#define OFPGA_STORE(N) store(store_tasks[N], patches[N], pairs[N], port##N, stored[N]);

extern "C" void ofpga_kv_cache(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                               hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                               ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT)) {
#pragma HLS interface axis port = commands
#pragma HLS interface axis port = go
#pragma HLS interface axis port = done
#pragma HLS interface m_axi port = act_in bundle = act offset = slave depth = 16384 max_read_burst_length = 64 num_read_outstanding = 16
#pragma HLS interface m_axi port = act_out bundle = act offset = slave depth = 16384 max_write_burst_length = 64
  OFPGA_EACH_PORT(OFPGA_INTERFACE)
#pragma HLS interface s_axilite port = return bundle = control
#pragma HLS interface ap_ctrl_chain port = return
#pragma HLS dataflow
  using namespace ofpga;
  hls::stream<KvTask> read_task("kv_cache.read_task"), rotate_task("kv_cache.rotate_task");
  hls::stream<KvTask> quantise_task("kv_cache.quantise_task"), scatter_task("kv_cache.scatter_task");
  hls::stream<KvTask> record_task("kv_cache.record_task"), store_tasks[PORTS];
#pragma HLS stream variable = store_tasks depth = 2
  hls::stream<uint32_t> slots("kv_cache.slots");
#pragma HLS stream variable = slots depth = 4
  hls::stream<word_t> rope("kv_cache.rope");
#pragma HLS stream variable = rope depth = 2 * HEAD_BLOCKS
  hls::stream<word_t> rows("kv_cache.rows"), turned("kv_cache.turned");
#pragma HLS stream variable = rows depth = 64
#pragma HLS stream variable = turned depth = 8
  hls::stream<Pair> pairs[PORTS];
#pragma HLS stream variable = pairs depth = 4
  hls::stream<HeadBlock> blocks("kv_cache.blocks");
#pragma HLS stream variable = blocks depth = 8
  hls::stream<word_t> records("kv_cache.records");
#pragma HLS stream variable = records depth = 16
  hls::stream<Patch> patches[PORTS];
#pragma HLS stream variable = patches depth = 16
  hls::stream<token_t> written("kv_cache.written"), stored[PORTS];
#pragma HLS stream variable = stored depth = 2

  decode(commands, read_task, rotate_task, quantise_task, scatter_task, record_task, store_tasks);
  read_rows(read_task, go, act_in, slots, rope, rows, pairs);
  rotate(rotate_task, rope, rows, turned);
  quantise_heads(quantise_task, turned, blocks);
  scatter(scatter_task, slots, blocks, records, patches);
  write_records(record_task, records, act_out, written);
  OFPGA_EACH_PORT(OFPGA_STORE)
  finish(written, stored, done);
}
