/// What to say of a word that is none of those known: what another library's word is called here, as `Dense` is `linear`, or
/// the nearest spelling; empty if there is nothing.
package func hint(atWord word: String, among known: [String]) -> String { Synonyms.text(for: word, among: known) }
