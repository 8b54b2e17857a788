// Where strict and lenient reading part.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "penstock/error.h"

#include "archive/name_check.h"
#include "archive/serial_observer.h"

namespace penstock::zip {

// Decides about what is wrong with an archive but could be read all the same. Threads: any.
class Judge {
 public:
  // `notices` null: what is let pass is let pass silently, because it has been told before.
  Judge(bool lenient, SerialObserver* notices) : lenient_(lenient), notices_(notices) {}

  // A failure with `text`, or, when lenient, a notice and success.
  Status object(Code code, std::string text) const {
    if (!lenient_) return fail(code, std::move(text));
    if (notices_ == nullptr) return {};
    if (!entry_.empty()) text = shown_name(entry_) + ": " + text;
    notices_->notice(text + " (let pass)");
    return {};
  }
  // The same judge, whose notices name the entry; `entry` must outlive it.
  Judge about(std::string_view entry) const {
    Judge judge = *this;
    judge.entry_ = entry;
    return judge;
  }
  bool lenient() const { return lenient_; }
  Judge silent() const { return {lenient_, nullptr}; }

 private:
  bool lenient_;
  SerialObserver* notices_;
  std::string_view entry_;
};

}  // namespace penstock::zip
