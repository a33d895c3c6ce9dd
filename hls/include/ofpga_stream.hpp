// hls::stream: Vitis' header under Vitis, else this small queue for g++.
//
// The queue grows as needed: stages of a dataflow region run one after the other on a CPU, so a FIFO depth bounds
// nothing there. Reading an empty stream would hang the card; here it stops the process with the stream's name.
// lend() and take() exist in the quick build only (OFPGA_FAST): a span of memory passes through the stream uncopied.
#ifndef OFPGA_STREAM_HPP
#define OFPGA_STREAM_HPP

#include "ofpga_types.hpp"

#if defined(__SYNTHESIS__) || defined(OFPGA_VITIS)
#include <hls_stream.h>
#else

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace hls {

template <class T, int DEPTH = 0>
class stream {
 public:
  stream() = default;
  explicit stream(const char *name) : name_(name) {}
  stream(const stream &) = delete;
  stream &operator=(const stream &) = delete;

  bool empty() const { return head_ == tail_ && lent_ == 0; }
  std::size_t size() const { return tail_ - head_ + lent_; }

  void write(const T &value) {
    if (lent_ != 0) fail("write behind a lent span");
    if (tail_ == capacity_) make_room();
    items_[tail_++] = value;
  }

  T read() {
    if (lent_ != 0) {
      --lent_;
      return *span_++;
    }
    if (head_ == tail_) fail("read from an empty stream");
    return items_[head_++];
  }
  void read(T &value) { value = read(); }

#if OFPGA_FAST
  // The next `count` values are those at `span`, which must stay as they are until read.
  void lend(const T *span, std::size_t count) {
    if (!empty()) fail("lend to a stream that is not empty");
    span_ = span;
    lent_ = count;
  }
  // Reads `count` lent values at once.
  const T *take(std::size_t count) {
    if (lent_ < count) fail("take of more than was lent");
    const T *taken = span_;
    span_ += count;
    lent_ -= count;
    return taken;
  }
#endif

 private:
  [[noreturn]] void fail(const char *what) const {
    std::fprintf(stderr, "hls::stream %s: %s\n", name_, what);
    std::abort();
  }

  void make_room() {
    const std::size_t used = tail_ - head_;
    if (2 * used > capacity_ || capacity_ == 0) {
      const std::size_t grown = capacity_ == 0 ? 16 : 2 * capacity_;
      std::unique_ptr<T[]> items(new T[grown]);
      for (std::size_t i = 0; i < used; ++i) items[i] = std::move(items_[head_ + i]);
      items_ = std::move(items);
      capacity_ = grown;
    } else {
      for (std::size_t i = 0; i < used; ++i) items_[i] = std::move(items_[head_ + i]);
    }
    head_ = 0;
    tail_ = used;
  }

  std::unique_ptr<T[]> items_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  const T *span_ = nullptr;
  std::size_t lent_ = 0;
  const char *name_ = "(unnamed)";
};

}  // namespace hls

#endif
#endif  // OFPGA_STREAM_HPP
