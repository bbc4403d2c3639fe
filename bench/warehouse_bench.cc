// What loading costs, against the statements one would write by hand.
//
//   warehouse_bench [pull requests, 100000 if not given] [rows a chunk, 100]
//
// Each pull request brings ten rows (itself, four commits, two reviews, two review comments, an
// issue comment), so the default is a million rows. "by hand" is one MERGE a table straight from
// read_json: with "dedup" it leaves one row of a repeated key, without it trusts that none
// repeats. Neither removes what disappeared, checks rows, or records chunks.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/json_writer.h"
#include "testing/temp_dir.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/duckdb_warehouse.h"
#include "warehouse/sql.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

struct Cost {
  double wall = 0;
  double cpu = 0;
};

template <typename Work>
Cost measure(std::string_view what, Work work) {
  const Duration start = system_clock().elapsed();
  const double cpu = cpu_seconds();
  work();
  const Cost cost = {seconds(system_clock().elapsed() - start), cpu_seconds() - cpu};
  fmt::print("{:<44} {:7.2f} s wall {:7.2f} s cpu\n", what, cost.wall, cost.cpu);
  std::fflush(stdout);
  return cost;
}

template <typename Outcome>
void must(const Outcome& outcome) {
  if (!outcome) {
    fmt::print(stderr, "failed: {}\n", outcome.error().message);
    std::exit(1);
  }
}

// Texts like those people write: no two rows the same.
class Prose {
 public:
  std::string text(size_t length) {
    std::string result;
    while (result.size() < length) {
      result += words_[random_() % words_.size()];
    }
    return result;
  }

 private:
  static std::vector<std::string> make_words() {
    std::mt19937 random(5);
    std::vector<std::string> words;
    for (int i = 0; i < 4000; ++i) {
      std::string word;
      for (size_t n = 2 + random() % 9; n > 0; --n) {
        word += static_cast<char>('a' + random() % 26);
      }
      words.push_back(word + (random() % 12 == 0 ? "\n" : " "));
    }
    return words;
  }

  std::mt19937 random_{7};
  std::vector<std::string> words_ = make_words();
};

size_t length_of(std::string_view column) {
  return column == "diff_hunk" ? 900
         : column == "body"    ? 300
         : column == "message" ? 120
         : column == "url"     ? 60
         : column == "title"   ? 50
                               : 10;
}

// Writes chunk files of one collection and remembers them.
class Chunks {
 public:
  Chunks(fs::path dir, int64_t rows_a_chunk, int collection)
      : dir_(std::move(dir)),
        rows_a_chunk_(rows_a_chunk),
        collected_at_(fmt::format("2026-01-{:02}T00:00:00Z", collection)) {
    fs::create_directories(dir_);
  }

  void write(int64_t pull_requests) {
    for (int64_t number = 0; number < pull_requests; ++number) {
      for (const Stream stream : kStreams) {
        static constexpr int kRows[] = {1, 4, 2, 2, 1};
        for (int i = 0; i < kRows[static_cast<size_t>(stream)]; ++i) {
          add(stream, number, i);
        }
      }
    }
    for (const Stream stream : kStreams) {
      flush(stream);
    }
  }

  std::vector<ChunkToLoad> chunks;

 private:
  void add(Stream stream, int64_t number, int i) {
    const auto at = static_cast<size_t>(stream);
    JsonWriter writer(buffers_[at]);
    writer.begin_object();
    for (const Column& column : table_of(stream).columns) {
      writer.key(column.name);
      write_value(writer, column, number, i);
    }
    writer.end_object();
    buffers_[at] += '\n';
    if (++counts_[at] == rows_a_chunk_) {
      flush(stream);
    }
  }

  void write_value(JsonWriter& writer, const Column& column, int64_t number, int i) {
    if (column.name == "collected_at") {
      writer.text(collected_at_);
    } else if (column.name == "org") {
      writer.text("acme");
    } else if (column.name == "repo") {
      writer.text(fmt::format("repository-{}", number % 20));
    } else if (column.name == "number" || column.name == "pr_number") {
      writer.integer(number);
    } else if (column.name == "id" || column.name == "sha") {
      writer.text(fmt::format("{:038x}{:x}", static_cast<uint64_t>(number) * 2654435761U, i));
    } else if (column.type == ColumnType::kText) {
      writer.text(prose_.text(length_of(column.name)));
    } else if (column.type == ColumnType::kTimestamp) {
      writer.text(format_time(Time(std::chrono::seconds(1'700'000'000 + number * 60 + i))));
    } else if (column.type == ColumnType::kTextList) {
      writer.begin_array().text("bug").text("good first issue").end_array();
    } else if (column.type == ColumnType::kBoolean) {
      writer.boolean(number % 3 == 0);
    } else {
      writer.integer(number + i);
    }
  }

  void flush(Stream stream) {
    const auto at = static_cast<size_t>(stream);
    if (buffers_[at].empty()) {
      return;
    }
    const std::string name = fmt::format("{}_{}.json", to_string(stream), chunks.size());
    std::ofstream(dir_ / name, std::ios::binary) << buffers_[at];
    chunks.push_back({stream, collected_at_ + "/" + name, (dir_ / name).string()});
    buffers_[at].clear();
    counts_[at] = 0;
  }

  fs::path dir_;
  int64_t rows_a_chunk_;
  std::string collected_at_;
  Prose prose_;
  std::array<std::string, kStreams.size()> buffers_;
  std::array<int64_t, kStreams.size()> counts_{};
};

template <typename Range, typename Each>
std::string list(const Range& range, std::string_view separator, Each each) {
  std::string result;
  for (const auto& element : range) {
    result += (result.empty() ? "" : std::string(separator)) + each(element);
  }
  return result;
}

std::string merge_by_hand(Stream stream, const std::vector<ChunkToLoad>& chunks, bool dedup) {
  const Table& table = table_of(stream);
  std::vector<std::string> paths;
  for (const ChunkToLoad& chunk : chunks) {
    if (chunk.stream == stream) {
      paths.push_back(chunk.location);
    }
  }
  const auto name = [](const Column& c) { return std::string(c.name); };
  const auto is_key = [&](const Column& c) {
    return std::ranges::find(table.key, c.name) != table.key.end();
  };
  std::vector<Column> rest;
  std::ranges::remove_copy_if(table.columns, std::back_inserter(rest), is_key);
  const auto key = [](std::string_view c) { return std::string(c); };
  return fmt::format(
      "MERGE INTO {} AS t USING (SELECT * FROM read_json([{}], format = 'newline_delimited', "
      "columns = {{{}}}) {}) AS s ON {} WHEN MATCHED AND s.collected_at >= t.collected_at THEN "
      "UPDATE SET {} WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
      table.name, list(paths, ",", duckdb_sql::literal),
      list(table.columns, ",",
           [](const Column& c) {
             return fmt::format("{}: '{}'", c.name, duckdb_sql::type_name(c.type));
           }),
      dedup ? fmt::format("QUALIFY row_number() OVER (PARTITION BY {} ORDER BY collected_at DESC) "
                          "= 1",
                          list(table.key, ",", key))
            : "",
      list(table.key, " AND ", [](std::string_view c) { return fmt::format("t.{0} = s.{0}", c); }),
      list(rest, ",", [](const Column& c) { return fmt::format("{0} = s.{0}", c.name); }),
      list(table.columns, ",", name),
      list(table.columns, ",", [&](const Column& c) { return "s." + name(c); }));
}

void load_by_hand(duckdb::Connection& connection, const std::vector<ChunkToLoad>& chunks,
                  bool dedup) {
  must(connection.execute("BEGIN"));
  for (const Stream stream : kStreams) {
    must(connection.execute(merge_by_hand(stream, chunks, dedup)));
  }
  must(connection.execute("COMMIT"));
}

void print_ratio(std::string_view what, const Cost& ours, const Cost& theirs) {
  fmt::print("  {}: {:.2f} of the wall time, {:.2f} of the CPU time by hand\n", what,
             ours.wall / theirs.wall, ours.cpu / theirs.cpu);
}

// Loads the same collections into a new file with the program and by hand, side by side.
void compare(const fs::path& dir, const std::vector<ChunkToLoad>& first,
             const std::vector<ChunkToLoad>& second, bool dedup) {
  const std::string_view how = dedup ? "by hand, dedup" : "by hand";
  auto by_hand = DuckDbWarehouse::open((dir / "hand.duckdb").string());
  auto warehouse = DuckDbWarehouse::open((dir / "ours.duckdb").string());
  must(by_hand);
  must(warehouse);
  must((*by_hand)->init());
  must((*warehouse)->init());
  auto connection = duckdb::Connection::open(dir / "hand.duckdb");
  must(connection);
  const Cost theirs =
      measure(fmt::format("{}: first load", how), [&] { load_by_hand(*connection, first, dedup); });
  const Cost ours = measure("load(): first load", [&] {
    must((*warehouse)->load({"acme", first, Time()}));
  });
  print_ratio("first load", ours, theirs);
  const Cost theirs_again = measure(fmt::format("{}: all collected again", how),
                                    [&] { load_by_hand(*connection, second, dedup); });
  const Cost ours_again = measure("load(): all collected again", [&] {
    must((*warehouse)->load({"acme", second, Time()}));
  });
  print_ratio("all collected again", ours_again, theirs_again);
}

void repeat(const fs::path& dir, const std::vector<ChunkToLoad>& all,
            const std::vector<ChunkToLoad>& few) {
  const fs::path file = dir / "ours.duckdb";
  auto warehouse = DuckDbWarehouse::open(file.string());
  must(warehouse);
  for (int i = 1; i <= 5; ++i) {
    measure(fmt::format("load(): unchanged, time {} ({} MB before)", i,
                        fs::file_size(file) / 1'000'000),
            [&] {
              must((*warehouse)->load({"acme", all, Time()}));
            });
  }
  for (int i = 1; i <= 3; ++i) {
    measure(fmt::format("load(): {} chunks into a full warehouse", few.size()), [&] {
      must((*warehouse)->load({"acme", few, Time()}));
    });
  }
}

int64_t argument(int argc, char** argv, int index, int64_t otherwise) {
  int64_t value = otherwise;
  if (index < argc) {
    std::from_chars(argv[index], argv[index] + std::string_view(argv[index]).size(), value);
  }
  return value;
}

void run(int64_t pull_requests, int64_t rows_a_chunk) {
  const TempDir dir;
  Chunks first(dir.path() / "1", rows_a_chunk, 1);
  Chunks second(dir.path() / "2", rows_a_chunk, 2);
  Chunks few(dir.path() / "3", rows_a_chunk, 3);
  measure("writing the chunks", [&] {
    first.write(pull_requests);
    second.write(pull_requests);
    few.write(50);
  });
  fmt::print("{} rows in {} chunks\n", pull_requests * 10, first.chunks.size());
  for (const bool dedup : {false, true, false, true}) {
    fs::remove(dir.path() / "hand.duckdb");
    fs::remove(dir.path() / "ours.duckdb");
    compare(dir.path(), first.chunks, second.chunks, dedup);
  }
  repeat(dir.path(), second.chunks, few.chunks);
}

}  // namespace
}  // namespace github_stats

int main(int argc, char** argv) {
  github_stats::run(github_stats::argument(argc, argv, 1, 100'000),
                    github_stats::argument(argc, argv, 2, 100));
  return 0;
}
