# penstock_room(NAME name HEADERS ... [SOURCES ...] [TESTS ...] [ONE_THREAD_TESTS ...]
#               [SLOW_TESTS ...] [BENCHES ...] [USES rooms ...] [LIBRARIES ...] [TEST_LIBRARIES ...])
#
# Declares one room of the program: the static library penstock_<name>, its unit tests
# (<name>_test, label `fast`; <name>_slow_test, label `slow`) and its micro-benchmarks
# (<name>_bench). ONE_THREAD_TESTS are unit tests that start no thread: a build for ThreadSanitizer
# leaves them out, and the slow ones. ONE_BY_ONE: its sources cannot be compiled several at a time (as
# PENSTOCK_UNITY does): they are made for different processors, or are alike on purpose. USES names the rooms it is built on; LIBRARIES third-party
# targets that no header of the room shows.
include(GoogleTest)

option(PENSTOCK_UNITY "Compile the sources of a room several at a time: a third of the time, for builds from nothing" OFF)
option(PENSTOCK_BENCHMARKS "Build the micro-benchmarks (needs Google Benchmark)" ON)

function(penstock_room)
  cmake_parse_arguments(ROOM "ONE_BY_ONE" "NAME"
    "HEADERS;SOURCES;TESTS;ONE_THREAD_TESTS;SLOW_TESTS;BENCHES;USES;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  set(target penstock_${ROOM_NAME})
  list(TRANSFORM ROOM_USES PREPEND penstock_)

  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(penstock::${ROOM_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${ROOM_NAME} LINKER_LANGUAGE CXX VERIFY_INTERFACE_HEADER_SETS "${PENSTOCK_DEVELOPER}")
  if(PENSTOCK_UNITY AND NOT ROOM_ONE_BY_ONE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
    # A class of one source may have members of that source's own types, wherever it is included.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  target_sources(${target} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${ROOM_HEADERS})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target}
    PUBLIC ${ROOM_USES} tl::expected Threads::Threads
    PRIVATE $<BUILD_INTERFACE:penstock_compiler> ${ROOM_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY PENSTOCK_ROOM_TARGETS ${target})

  if(BUILD_TESTING)
    if(NOT PENSTOCK_SANITIZE STREQUAL "thread")
      list(APPEND ROOM_TESTS ${ROOM_ONE_THREAD_TESTS})
      _penstock_room_tests(${ROOM_NAME}_slow_test slow "${ROOM_SLOW_TESTS}")
    endif()
    _penstock_room_tests(${ROOM_NAME}_test fast "${ROOM_TESTS}")
  endif()
  if(ROOM_BENCHES AND PENSTOCK_BENCHMARKS AND NOT PENSTOCK_SANITIZE)
    find_package(benchmark REQUIRED)
    add_executable(${ROOM_NAME}_bench ${ROOM_BENCHES})
    target_link_libraries(${ROOM_NAME}_bench PRIVATE
      ${target} penstock_compiler ${ROOM_LIBRARIES} benchmark::benchmark_main)
  endif()
endfunction()

function(_penstock_room_tests name label sources)
  if(NOT sources)
    return()
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE
    ${target} penstock_compiler ${ROOM_LIBRARIES} ${ROOM_TEST_LIBRARIES} rapidcheck GTest::gmock GTest::gtest_main)
  # The release runs its tests too: the rooms as people get them, the tests compiled in a third of the time.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${ROOM_NAME}."
    PROPERTIES LABELS ${label} TIMEOUT 600)
endfunction()
