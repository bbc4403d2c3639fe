// What is put in place of a page's placeholders before it is run: nothing else of a page is changed.

/**
 * @param place {root, home, folder}: a folder that stands for "/", the user's home, and where the page's commands run
 * @returns [pattern, replacement] of each
 */
export function substitutions({ root, folder }) {
  return [
    // Secrets: the simulator's token.
    [/gh[pos]_(?:…|\.{3}|x{4,})/g, 'sim-token'],
    [/github_pat_(?:…|\.{3}|x{4,})/g, 'sim-token'],
    // A GitHub App's id: the one that the simulator knows.
    [/(?<=\bGITHUB_APP_ID=)\d+/g, '4711'],
    // The user's own folder, where one is named.
    [/(?<![\w/.-])\/srv\/github-stats(?![\w-])/g, folder],
    // The rest of the file system.
    [/(?<![\w/.$}-])\/(etc|srv|var|opt|path\/to|usr\/local)(?=\/|\b)/g, `${root}/$1`],
    // Ids of collections: one that the store has.
    [/\b20260131T\d{6}Z\b/g, '${COLLECTION:-20260131T101500Z}'],
  ];
}

export function substitute(text, place) {
  return substitutions(place).reduce((changed, [pattern, by]) => changed.replace(pattern, by), text);
}
