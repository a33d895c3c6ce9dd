// The matmul kernel: stages and the streams between them.
//
//   decode -> fetch (port p) ------------> mac (port p) -> finish (port p) -> write_rows
//          -> read_rows -> fit_rows -> quantise_rows -^ (a chain through all ports, then drop_rows)
#include "matmul.hpp"

#include "matmul_finish.hpp"
#include "matmul_mac.hpp"
#include "matmul_rows.hpp"
#include "matmul_task.hpp"

namespace ofpga {
namespace {

constexpr int PREFETCH_WORDS = 1024;  // weights a port may be ahead: 64 KiB, two URAM columns of 512 bits

// Hands the command to every stage.
void decode(hls::stream<word_t> &commands, hls::stream<MatmulTask> (&fetch)[PORTS], hls::stream<MatmulTask> &read,
            hls::stream<MatmulTask> &fit, hls::stream<MatmulTask> &quantise, hls::stream<MatmulTask> (&macs)[PORTS],
            hls::stream<MatmulTask> &drop, hls::stream<MatmulTask> (&finishes)[PORTS],
            hls::stream<MatmulTask> &write) {
  const MatmulTask task = matmul_task(commands.read());
  read.write(task);
  fit.write(task);
  quantise.write(task);
  drop.write(task);
  write.write(task);
DECODE_PORTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    fetch[p].write(task);
    macs[p].write(task);
    finishes[p].write(task);
  }
}

void fetch(hls::stream<MatmulTask> &tasks, const word_t *port, hls::stream<word_t> &weights) {
  const MatmulTask task = tasks.read();
  burst(port, task.w_addr, uint32_t(task.rounds) * uint32_t(task.tile_words), weights);
}

}  // namespace
}  // namespace ofpga

#define OFPGA_ARGUMENT(N) , const ofpga::word_t *port##N
// `depth` is cosim's: the words of the largest memory in the benches' vectors.
#define OFPGA_INTERFACE(N)                                                                                   \
  OFPGA_PRAGMA(HLS interface m_axi port = port##N bundle = port##N offset = slave depth = 16384              \
                   max_read_burst_length = 64 num_read_outstanding = 32 latency = 64)
#define OFPGA_FETCH(N) fetch(fetch_tasks[N], port##N, weights[N]);

extern "C" void ofpga_matmul(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                             hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                             ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT)) {
#pragma HLS interface axis port = commands
#pragma HLS interface axis port = go
#pragma HLS interface axis port = done
#pragma HLS interface m_axi port = act_in bundle = act offset = slave depth = 16384 max_read_burst_length = 64 num_read_outstanding = 16
#pragma HLS interface m_axi port = act_out bundle = act offset = slave depth = 16384 max_write_burst_length = 16
  OFPGA_EACH_PORT(OFPGA_INTERFACE)
#pragma HLS interface s_axilite port = return bundle = control
#pragma HLS interface ap_ctrl_chain port = return
#pragma HLS dataflow
  using namespace ofpga;
  hls::stream<MatmulTask> fetch_tasks[PORTS], mac_tasks[PORTS], finish_tasks[PORTS];
#pragma HLS stream variable = fetch_tasks depth = 2
#pragma HLS stream variable = mac_tasks depth = 2
#pragma HLS stream variable = finish_tasks depth = 2
  hls::stream<MatmulTask> read_task("matmul.read_task"), fit_task("matmul.fit_task");
  hls::stream<MatmulTask> quantise_task("matmul.quantise_task"), drop_task("matmul.drop_task");
  hls::stream<MatmulTask> write_task("matmul.write_task");
  hls::stream<word_t> weights[PORTS];
#pragma HLS stream variable = weights depth = PREFETCH_WORDS
#pragma HLS bind_storage variable = weights type = fifo impl = uram
  hls::stream<word_t> rows("matmul.rows");
#pragma HLS stream variable = rows depth = 64
  hls::stream<RowPart> parts("matmul.parts");  // holds a whole row: quantise_rows starts behind its last block
#pragma HLS stream variable = parts depth = K_BLOCKS
#pragma HLS bind_storage variable = parts type = fifo impl = uram
  hls::stream<ubits<5>> exponents("matmul.exponents");
#pragma HLS stream variable = exponents depth = 4
  hls::stream<RowBlock> blocks[PORTS + 1];
#pragma HLS stream variable = blocks depth = 4
  hls::stream<RowScale> scales[PORTS];
#pragma HLS stream variable = scales depth = ROWS
  hls::stream<word_t> records[PORTS];
#pragma HLS stream variable = records depth = 4
  hls::stream<Sums> sums[PORTS];
#pragma HLS stream variable = sums depth = ROWS
  hls::stream<Eight> residual[PORTS];
#pragma HLS stream variable = residual depth = 2 * ROWS
  hls::stream<Eight> results[PORTS];
#pragma HLS stream variable = results depth = 2 * ROWS

  decode(commands, fetch_tasks, read_task, fit_task, quantise_task, mac_tasks, drop_task, finish_tasks,
         write_task);
  OFPGA_EACH_PORT(OFPGA_FETCH)
  read_rows(read_task, go, act_in, rows, residual);
  fit_rows(fit_task, rows, parts, exponents);
  quantise_rows(quantise_task, parts, exponents, blocks[0], scales);
MACS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    mac(mac_tasks[p], blocks[p], blocks[p + 1], weights[p], records[p], sums[p]);
  }
  drop_rows(drop_task, blocks[PORTS]);
FINISHES:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    finish(finish_tasks[p], p, scales[p], records[p], sums[p], residual[p], results[p]);
  }
  write_rows(write_task, results, act_out, done);
}
