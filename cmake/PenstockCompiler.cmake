# One interface target carries what every translation unit of the project is compiled with.
add_library(penstock_compiler INTERFACE)

target_compile_options(penstock_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # g++ 12 warns about its own std::string at -O2 and above (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-ignored-attributes>)
if(PENSTOCK_DEVELOPER)
  target_compile_options(penstock_compiler INTERFACE
    -Werror $<$<CXX_COMPILER_ID:Clang>:-Werror=thread-safety>)
endif()

# The floor is x86-64-v2 (SSE4.2): below it ISA-L writes other bytes than above it. Everything
# wider is chosen at run time by function-level targets, never by a flag for the whole program.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(penstock_compiler INTERFACE -march=x86-64-v2)
endif()

if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_compiler INTERFACE
    -fsanitize=${PENSTOCK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(penstock_compiler INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()
if(PENSTOCK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "PENSTOCK_FUZZ needs clang: libFuzzer is part of it")
  endif()
  target_compile_options(penstock_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()
