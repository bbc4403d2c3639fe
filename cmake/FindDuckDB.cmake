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
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION ${DuckDB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
