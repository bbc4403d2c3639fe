// How much a report tells of people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/rows.h"
#include "report/teams.h"

namespace github_stats {

// Puts the teams' members into `rows`. Gives the logins of whom the rows know nothing.
std::vector<std::string> add_teams(Rows& rows, const std::vector<Team>& teams);

// Makes people into "person 1", "person 2", …, and takes titles, numbers and addresses away, which
// would lead to the author on GitHub. Who is which
// number can't be guessed from names or from the figures: the order comes from a digest keyed with
// the rows themselves, when each was collected included, so that it is the same for the same rows
// and another one after the next collection.
void make_anonymous(Rows& rows);

// Leaves nothing about anybody in particular: no logins, titles, addresses or teams.
void remove_people(Rows& rows);

}  // namespace github_stats
