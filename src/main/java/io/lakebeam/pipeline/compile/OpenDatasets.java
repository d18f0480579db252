package io.lakebeam.pipeline.compile;

import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Says of datasets whose queries have to say it whether they are streaming tables. */
final class OpenDatasets {
  private final QueryAnalyzer analyzer;
  private final Set<String> settled = new HashSet<>();

  OpenDatasets(QueryAnalyzer analyzer) {
    this.analyzer = analyzer;
  }

  /**
   * The dataset as it is kept.
   *
   * @param readsRowsThatStay false when rows of what it reads change: none of them can be taken for
   *     good
   */
  DatasetSpec settled(DatasetSpec dataset, boolean readsRowsThatStay) throws InvalidQueryException {
    Optional<QueryText> query = dataset.openQuery();
    boolean isTable = query.isPresent() && readsRowsThatStay && analyzer.isRowWise(query.get());
    settled.add(dataset.name());
    return isTable ? dataset.asTable() : dataset;
  }

  /** The dataset as it would be kept, if its query could be analyzed. */
  DatasetSpec settledAsWritten(DatasetSpec dataset) {
    boolean isTable =
        !settled.contains(dataset.name())
            && dataset.openQuery().filter(analyzer::isWrittenRowWise).isPresent();
    return isTable ? dataset.asTable() : dataset;
  }
}
