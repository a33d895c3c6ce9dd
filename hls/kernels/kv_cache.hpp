// KV_WRITE and KV_COPY: q, k, v of a step to q records and KV blocks, KV blocks copied; docs/numerics.md sections 7
// and 10.
#ifndef OFPGA_KV_CACHE_HPP
#define OFPGA_KV_CACHE_HPP

#include "ofpga_ports.hpp"
#include "ofpga_stream.hpp"

// Arguments as of ofpga_matmul (matmul.hpp); the ports are read and written.
#define OFPGA_ARGUMENT(N) , ofpga::word_t *port##N
extern "C" void ofpga_kv_cache(hls::stream<ofpga::word_t> &commands, hls::stream<ofpga::token_t> &go,
                               hls::stream<ofpga::status_t> &done, const ofpga::word_t *act_in,
                               ofpga::word_t *act_out OFPGA_EACH_PORT(OFPGA_ARGUMENT));
#undef OFPGA_ARGUMENT

#endif  // OFPGA_KV_CACHE_HPP
