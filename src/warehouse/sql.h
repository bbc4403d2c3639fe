// DuckDB's statements, derived from schema/.
//
// A load stages each stream's chunks in a temporary table, picks the pull requests whose staged
// version is newest ("winners"), throws the other staged rows out, and brings what remains into the
// tables. Temporary tables are addressed as temp.<name>, so no table of a user's can be meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schema/schema.h"

namespace github_stats::duckdb_sql {

// "name", as an identifier.
std::string identifier(std::string_view name);

// 'text', as a literal.
std::string literal(std::string_view text);

// The type's name as DuckDB's catalog writes it.
std::string_view type_name(ColumnType type);

// CREATE TABLE IF NOT EXISTS.
std::string create_table(const Table& table);

// Adds a column to an existing table, in whose rows it is null (or, a list, empty).
std::string add_column(const Table& table, const Column& column);

// The descriptions, as comments that a user's SQL client shows. Several statements.
std::string comment_on(const Table& table);

// What the catalog knows of the columns of the table or view named $1: name, type, whether it is in
// a table, whether it must be given a value.
extern const std::string_view kCatalogColumns;

// An empty staging table for the stream; dropped by drop_staging.
std::string create_staging(Stream stream);

// What to read chunk files as. Never left to DuckDB, which judges a path by what comes before a
// "?".
enum class Compression { kNone, kGzip };

// Reads chunk files into the stream's staging table. A row remembers its file as chunk_index, which
// is `first_index` for the first of `paths`. Nothing is inferred: columns are the schema's, other
// fields are ignored.
std::string stage_chunks(Stream stream, std::span<const std::string> paths, Compression compression,
                         size_t first_index);

// Reads files of rows into the table itself, as stage_chunks reads chunks. They are not compressed.
std::string insert_from_files(const Table& table, std::span<const std::string> paths);

// Per staged chunk: chunk_index, rows, collection id, a required column that a row lacks (null if
// none), whether a row is of another organisation than $1.
std::string inspect_staging(Stream stream);

// Creates temp.winners: the pull requests whose newest staged version is no older than the
// table's, with that version's collected_at, and of which nothing newer is known under another
// repository's name.
extern const std::string_view kSelectWinners;

// Creates temp.renamed: what the tables have of winners under another repository's name.
extern const std::string_view kSelectRenamed;

// Deletes that from the stream's table.
std::string delete_renamed(Stream stream);

// Leaves in staging one row a key, of winners' newest versions only.
std::string keep_winners(Stream stream);

// Deletes a winner's details that its newest version no longer has.
std::string delete_disappeared(Stream stream);

// Brings the staged rows into the table.
std::string merge(Stream stream);

// Records the chunks of temp.loaded_chunks (stream, chunk_key, collection_id, row_count: texts) as
// loaded. The first creates the table, the second forgets an earlier load of them by the
// organisation $1, the third remembers this one, at the time $2.
extern const std::string_view kCreateLoadedChunks;
extern const std::string_view kForgetLoads;
extern const std::string_view kRecordLoads;

// Drops all that a load staged. Several statements.
std::string drop_staging();

// Chunks loaded for the organisation $1 from its own folder, as ranges: repository, collection id,
// stream, first number, last number.
extern const std::string_view kLoadedChunks;

// Rows of the organisation $1, however cased, in the stream's table.
std::string count_rows(Stream stream);

}  // namespace github_stats::duckdb_sql
