// ATTENTION: softmax2(q . K) V over each segment's block table, docs/numerics.md section 8.
#ifndef OFPGA_ATTENTION_HPP
#define OFPGA_ATTENTION_HPP

#include "ofpga_ports.hpp"
#include "ofpga_stream.hpp"

// Arguments as of ofpga_matmul (matmul.hpp). The cache is written by commands, so nothing is fetched before `go`.
#define OFPGA_ARGUMENT(N) , const ofpga::word_t *port##N
extern "C" void ofpga_attention(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                                hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                                ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT));
#undef OFPGA_ARGUMENT

#endif  // OFPGA_ATTENTION_HPP
