#include "store/wrapped_store.h"

namespace penstock {

std::string_view name(StoreOperation operation) {
  switch (operation) {
    case StoreOperation::kPut:
      return "put";
    case StoreOperation::kGet:
      return "get";
    case StoreOperation::kStat:
      return "stat";
    case StoreOperation::kList:
      return "list";
    case StoreOperation::kRemove:
      return "remove";
    case StoreOperation::kCopy:
      return "copy";
    case StoreOperation::kCreateUpload:
      return "create_upload";
    case StoreOperation::kPutPart:
      return "put_part";
    case StoreOperation::kListParts:
      return "list_parts";
    case StoreOperation::kCompleteUpload:
      return "complete_upload";
    case StoreOperation::kAbortUpload:
      return "abort_upload";
    case StoreOperation::kListUploads:
      return "list_uploads";
  }
  return "?";
}

}  // namespace penstock
