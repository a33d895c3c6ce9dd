// Bench of the kv_cache kernel: kv_cache_tb FILE.vec...
#include "kv_cache.hpp"
#include "vectors.hpp"

#define OFPGA_PORT(N) , v.port(N)

int main(int argc, char **argv) {
  using namespace ofpga;
  return tb::run("kv_cache", argc - 1, argv + 1, [](tb::Vector &v) {
    return tb::invoke(v, [&v](hls::stream<word_t> &commands, hls::stream<token_t> &go, hls::stream<status_t> &done) {
      ofpga_kv_cache(commands, go, done, v.act_space(), v.act_space() OFPGA_EACH_PORT(OFPGA_PORT));
    });
  });
}
