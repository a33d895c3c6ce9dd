// MATMUL: y[rows][n] = epilogue(scale(quantise(x[rows][k]) . W[n][k]) + bias), docs/numerics.md section 4.
#ifndef OFPGA_MATMUL_HPP
#define OFPGA_MATMUL_HPP

#include "ofpga_ports.hpp"
#include "ofpga_stream.hpp"

// One command an invocation; invocations overlap (ap_ctrl_chain), so weights of the next command are fetched
// meanwhile.
//   commands   the command, as soon as the sequencer has it: weights are fetched from then on
//   go         one token a command, when its dependency has completed: activations are touched from then on
//   done       the status, when the results are in memory
//   act_in, act_out  the activation space, read and written (one AXI master)
//   portN      the memory ports
#define OFPGA_ARGUMENT(N) , const ofpga::word_t *port##N
extern "C" void ofpga_matmul(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                             hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                             ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT));
#undef OFPGA_ARGUMENT

#endif  // OFPGA_MATMUL_HPP
