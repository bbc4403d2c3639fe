// What a pull request says of its repository, after that has got another name or owner.

const ADDRESS = 'https://github.com/';

function* parts(pull) {
  yield pull;
  yield* pull.commits;
  yield* pull.comments;
  for (const review of pull.reviews) {
    yield review;
    yield* review.comments;
  }
}

/** Replaces every former name (`owner/name`) of the repository by its present one. Harmless when repeated. */
export function relocate(pull, { formerNames, nameWithOwner }) {
  for (const former of formerNames) {
    const start = `${ADDRESS}${former}/`;
    for (const part of parts(pull)) {
      if (part.url.startsWith(start)) part.url = `${ADDRESS}${nameWithOwner}/${part.url.slice(start.length)}`;
    }
    if (pull.headRepository === former) pull.headRepository = nameWithOwner;
  }
  return pull;
}
