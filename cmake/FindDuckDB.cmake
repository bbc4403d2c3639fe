# Finds DuckDB's C library and header: one installed on the system first, else the ones that
# `make setup` put under .deps/ (npm packages: prebuilt library and header).
#
# Defines the target DuckDB::DuckDB and DuckDB_LIBRARY (the file to install beside the binary).
set(_duckdb_deps ${CMAKE_SOURCE_DIR}/.deps/duckdb/node_modules)
file(GLOB _duckdb_library_dirs ${_duckdb_deps}/@duckdb/node-bindings-*)

find_path(DuckDB_INCLUDE_DIR duckdb.h
          HINTS ENV DUCKDB_ROOT PATH_SUFFIXES include
          PATHS ${_duckdb_deps}/duckdb/src/duckdb/src/include)
find_library(DuckDB_LIBRARY NAMES duckdb
             HINTS ENV DUCKDB_ROOT PATH_SUFFIXES lib
             PATHS ${_duckdb_library_dirs})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB
  REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run `make setup`, or install DuckDB's C library and header")

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  # Linked with below the build's folder, it is found relative to a program there, so that where that
  # folder is does not show in the program.
  get_filename_component(_duckdb_name ${DuckDB_LIBRARY} NAME)
  set(_duckdb_link ${CMAKE_BINARY_DIR}/lib/${_duckdb_name})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  file(CREATE_LINK ${DuckDB_LIBRARY} ${_duckdb_link} SYMBOLIC)
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION ${_duckdb_link}
    INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
