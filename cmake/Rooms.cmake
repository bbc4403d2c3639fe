# A room is one folder of src/: a static library and, beside its sources, its unit tests.
#
#   add_room(store SOURCES local_store.cc TESTS local_store_test.cc LINK base)
#
# LINK names the rooms and libraries it may use; an include of any other room fails to link,
# which keeps the dependencies pointing one way.
function(add_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;LINK;TEST_LINK" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC ${ROOM_LINK})
  if(ROOM_TESTS)
    add_executable(${name}_test ${ROOM_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_TEST_LINK} GTest::gmock GTest::gtest_main)
    # A parameter is named by its index: its value may be an address, which changes.
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}: " NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
