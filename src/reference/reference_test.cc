// The writers on a small command line, with texts that have a meaning in their formats.
#include "reference/reference.h"

#include <gmock/gmock.h>

#include "config/setting_info.h"
#include "reference/completion.h"
#include "reference/man_page.h"
#include "reference/markdown.h"

namespace github_stats::reference {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Program small() {
  Command nested{.name = "show", .help = "Show it: [all]"};
  nested.options.push_back({.names = {"--json"}, .help = "as JSON"});
  Command group{.name = "config", .help = "Settings", .commands = {nested}};
  Command command{.name = "make", .aliases = {"mk"}, .help = "Make | it"};
  command.examples = "tool make 'x' # why\n.dotted\\line";
  command.notes = "It's done – at once.";
  command.options = {
      {.value = "WHAT", .help = "what to make", .is_required = true},
      {.names = {"--format"}, .value = "FORMAT", .help = "it's", .choices = {"csv", "json"}},
      {.names = {"--days"}, .value = "DAYS", .help = "how long", .range = "1 to 9"},
      {.names = {"--in"}, .value = "FILE", .help = "from", .kind = ValueKind::kFile},
      {.names = {"--to"}, .value = "DIR", .help = "to", .kind = ValueKind::kFolder}};
  Command root{.name = "tool", .help = "Makes things.", .commands = {command, group}};
  root.options = {{.names = {"-h", "--help"}, .help = "help"},
                  {.names = {"--log"}, .value = "a|b", .help = "log", .choices = {"a", "b"}}};
  return {.command = root, .version = "1.2.3"};
}

TEST(CommandsAsMarkdown, HaveASectionEach) {
  const std::string text = commands_as_markdown(small());
  EXPECT_THAT(text, HasSubstr("| `-h, --help` | help |"));
  EXPECT_THAT(text, HasSubstr("| `--log a\\|b` | log |"));
  EXPECT_THAT(text, HasSubstr("\n## make\n\nMake | it.\n\nAlso called `mk`.\n"));
  EXPECT_THAT(text, HasSubstr("| `--format FORMAT` | it's (`csv`, `json`) |"));
  EXPECT_THAT(text, HasSubstr("| `--days DAYS` | how long (1 to 9) |"));
  EXPECT_THAT(text, HasSubstr("| `WHAT` | what to make; required |"));
  EXPECT_THAT(text, HasSubstr("```sh\ntool make 'x' # why\n.dotted\\line\n```"));
  EXPECT_THAT(text, HasSubstr("\n## config show\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n## config\n")));
}

TEST(SettingsAsMarkdown, HasEachSettingOnceInItsGroup) {
  const std::string text = settings_as_markdown();
  std::set<std::string_view> groups;
  for (const SettingInfo& info : known_settings()) {
    groups.insert(info.group);
    const std::string name = std::string(info.flag_only ? info.flag : info.variable);
    const size_t at = text.find("`" + name + "` |");
    ASSERT_NE(at, std::string::npos) << name;
    const size_t heading = text.rfind("## ", at);
    EXPECT_EQ(text.substr(heading + 3, info.group.size()), info.group) << name;
  }
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(text, '#')), 2 * groups.size());
}

TEST(ManPage, EscapesWhatRoffWouldObey) {
  const std::string text = man_page(small());
  EXPECT_THAT(text,
              AllOf(HasSubstr("tool \\- makes things\n"), HasSubstr(".SS make\nMake | it.\n")));
  EXPECT_THAT(text, HasSubstr("tool make \\(aqx\\(aq # why\n\\&.dotted\\eline\n"));
  EXPECT_THAT(text, HasSubstr("It\\(aqs done \\[u2013] at once."));
  EXPECT_THAT(text, HasSubstr("\\fB\\-\\-format\\fR \\fIFORMAT\\fR\nit\\(aqs (csv, json)\n"));
  EXPECT_THAT(text, HasSubstr(".SS config show\n"));
  EXPECT_THAT(text, HasSubstr("\\fBGITHUB_ORG\\fR\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n'")));
}

TEST(BashCompletion, KnowsWhatEachOptionTakes) {
  const std::string text = bash_completion(small());
  EXPECT_THAT(text, HasSubstr("--days | --format | --in | --log | --to) ((i++)); continue ;;"));
  EXPECT_THAT(text, HasSubstr("'':make | '':mk) command='make' ;;"));
  EXPECT_THAT(text, HasSubstr("'config':show) command='config show' ;;"));
  EXPECT_THAT(text, HasSubstr("'make':--format) COMPREPLY=($(compgen -W 'csv json' -- "));
  EXPECT_THAT(text, HasSubstr("'make':--in) compopt -o default; return ;;"));
  EXPECT_THAT(text, HasSubstr("'make':--to) compopt -o dirnames; return ;;"));
  EXPECT_THAT(text, HasSubstr("'make':--days) :; return ;;"));
  EXPECT_THAT(text, HasSubstr("*:--log) COMPREPLY=($(compgen -W 'a b' -- "));
}

TEST(ZshCompletion, EscapesWhatSpecificationsMean) {
  const std::string text = zsh_completion(small());
  EXPECT_THAT(text, HasSubstr("'show:Show it\\: [all]'"));
  EXPECT_THAT(text, HasSubstr("'--format[it'\\''s]:FORMAT:(csv json)'"));
  EXPECT_THAT(text, HasSubstr("'--in[from]:FILE:_files'"));
  EXPECT_THAT(text, HasSubstr("'--to[to]:DIR:_files -/'"));
  EXPECT_THAT(text, HasSubstr("'--days[how long]:DAYS: '"));
  EXPECT_THAT(text, HasSubstr("make|mk) _github_stats_make ;;"));
}

TEST(FishCompletion, QuotesWhatIsShown) {
  const std::string text = fish_completion(small());
  EXPECT_THAT(text, HasSubstr("case ':make' ':mk'\n                set command 'make'"));
  EXPECT_THAT(text,
              HasSubstr("-n '__github_stats_after make' -l format -x -a 'csv json' -d 'it\\'s'"));
  EXPECT_THAT(text, HasSubstr("-n '__github_stats_after make' -l in -r -F -d 'from'"));
  EXPECT_THAT(text, HasSubstr("-n '__github_stats_after config' -a show -d 'Show it: [all]'"));
  EXPECT_THAT(text, HasSubstr("-n '__github_stats_after config show' -l json -d 'as JSON'"));
}

}  // namespace
}  // namespace github_stats::reference
