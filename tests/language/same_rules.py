"""Rules of the reference parser, each with those of ours that may answer it: both then name the same mistake."""

from __future__ import annotations

_SAME = {
    "value": "booleanMultipleValues booleanNotBoolean booleanObjectNoValue booleanTypeNotBoolean "
    "booleanValueNotBoolean identifierNotDtmi identifierNotString integerMultipleValues integerNotInteger "
    "integerTypeNotInteger integerValueNotInteger nonConformantDatatype stringMultipleValues stringNotString "
    "stringObjectNoValue stringTypeNotString stringValueNotString valueObjectInvalidProp valueObjectLanguage "
    "langStringElementNotStringOrObject langStringValueNotString",
    "language": "langMapObjKeyword langStringElementCodeNotUnique langStringElementInvalidCode "
    "langStringElementNoValue langStringInvalidCode langTagValueInLangMap",
    "value-too-long": "langStringValueTooLong",
    "key-missing": "missingLiteralProperty missingObjectProperty missingSupplementalLiteralProperty "
    "missingSupplementalObjectProperty stringCountBelowMin",
    "key-unknown": "inferredTypeDoesNotAllow noTypeThatAllows propertyInvalidDtmi propertyIrrelevantDtmiOrTerm "
    "propertyNotDtmiNorTerm propertyUndefinedTerm",
    "key-twice": "duplicatePropertyName",
    "keyword": "graphNotObject keywordDisallowed topLevelKeywordDisallowed",
    "context-form": "emptyContext invalidContext nonDtmiContextSpecifier termDefinitionNotStringOrObject",
    "context-local": "disallowedLocalContext",
    "context-limits": "disallowedContextFragment invalidContextFragment misplacedLimitContext missingLimitContext",
    "context-missing": "missingContext",
    "context-version": "invalidContextSpecifier unrecognizedContextVersion",
    "context-unknown": "unresolvableContextSpecifier",
    "types-contradict": "conflictingSupplementalTypes multipleMaterialTypes",
    "identifier": "idNotString idTooLong idTooLongForType reservedId",
    "name-twice": "nonUniquePropertyValue",
    "name-inherited-twice": "nonUniqueImportedPropertyValue",
    "identifier-twice": "duplicateDefinition",
    "reference-place": "crossPartitionReference",
    "reference-form": "badDtmiOrTerm idReference",
    "depth": "excessiveDepthNarrow excessiveDepthWide",
    "cycle": "recursiveStructureNarrow recursiveStructureWide",
    "count": "excessiveCount objectCountAboveMax",
    "excluded": "excludedType",
    "size": "partitionTooLarge",
    "unit": "wrongParent",
    "version-mixed": "disallowedVersionDefinition",
}
# Where the reference names one rule for what several of ours tell apart.
_SEVERAL = {
    "stringInvalid": "name value",
    "stringTooLong": "name value-too-long",
    "invalidId": "identifier identifier-of-export value type-out-of-place",
    "unresolved": "reference reference-form unit",
    "undefinedReservedId": "reference reference-form",
    "typeIrrelevantDtmiOrTerm": "type-out-of-place type-unknown types-contradict",
    "typeUndefinedTerm": "type-of-central type-unknown type-out-of-place types-contradict",
    "objectCountBelowMin": "key-missing unit",
    "missingTopLevelId": "identifier-missing type-out-of-place",
    "notRequiredType": "unit semantic-schema reference reference-kind",
    "badType": "type-missing type-out-of-place type-form type-unknown types-contradict reference reference-form "
    "reference-kind value",
    "disallowedVersionReference": "reference-kind version-mixed",
    "dtdlContextFollowsAffiliate": "context-order context-version context-form",
    "missingDtdlContext": "context-order context-version context-form",
    "unresolvableContextVersion": "context-unknown context-limits",
}
SAME_RULES: dict[str, frozenset[str]] = {
    **{theirs: frozenset((ours,)) for ours, names in _SAME.items() for theirs in names.split()},
    **{theirs: frozenset(names.split()) for theirs, names in _SEVERAL.items()},
}
