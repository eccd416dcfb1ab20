import Martlet

extension PrometheusText {
    /// Writes what keeping prompts where they are cached was good for.
    mutating func writePromptAffinity(_ figures: PromptAffinityFigures) {
        metric("martlet_prompt_affinity_lookups_total", "counter", "Requests whose prompt was looked for.")
        row("martlet_prompt_affinity_lookups_total", figures.hitCount, [("result", "hit")])
        row("martlet_prompt_affinity_lookups_total", figures.lookupCount - figures.hitCount, [("result", "miss")])
        metric("martlet_prompt_affinity_kept_total", "counter", "Requests answered where their prompt was cached.")
        row("martlet_prompt_affinity_kept_total", figures.keptCount)
        metric("martlet_prompt_affinity_cached_tokens_total", "counter", "Cached input tokens of these requests.")
        row("martlet_prompt_affinity_cached_tokens_total", figures.cachedTokenCount)
        metric("martlet_prompt_affinity_entries", "gauge", "Beginnings of prompts that are remembered.")
        row("martlet_prompt_affinity_entries", figures.entryCount)
        metric("martlet_prompt_affinity_evictions_total", "counter", "Beginnings that gave way to others.")
        row("martlet_prompt_affinity_evictions_total", figures.evictionCount)
    }
}
