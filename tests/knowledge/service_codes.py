"""Which codes there are: those of Microsoft's article on error codes of IoT Hub, and of its SDKs and device logs.

https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes, the enumeration ErrorCode of azure-iot-sdk-csharp,
and for the Device Provisioning Service https://learn.microsoft.com/azure/iot-dps/how-to-troubleshoot-dps.
"""

HUB = """
400000:GenericBadRequest 400001:InvalidProtocolVersion 400002:DeviceInvalidResultCount 400003:InvalidOperation
400004:ArgumentInvalid 400005:ArgumentNull 400006:IotHubFormatError 400007:DeviceStorageEntitySerializationError
400008:BlobContainerValidationError 400009:ImportWarningExistsError 400010:InvalidSchemaVersion
400011:DeviceDefinedMultipleTimes 400012:DeserializationError 400013:BulkRegistryOperationFailure
400014:DefaultStorageEndpointNotConfigured 400015:InvalidFileUploadCorrelationId
400016:ExpiredFileUploadCorrelationId 400017:InvalidStorageEndpoint 400018:InvalidMessagingEndpoint
400019:InvalidFileUploadCompletionStatus 400020:InvalidStorageEndpointOrBlob 400021:RequestCanceled
400022:InvalidStorageEndpointProperty 400023:EtagDoesNotMatch 400024:RequestTimedOut
400025:UnsupportedOperationOnReplica 400026:NullMessage 400027:ConnectionForcefullyClosedOnNewConnection
400028:InvalidDeviceScope 400029:ConnectionForcefullyClosedOnFaultInjection
400030:ConnectionRejectedOnFaultInjection 400031:InvalidEndpointAuthenticationType
400032:ManagedIdentityNotEnabled 400035:InvalidPolicyKey 400036:BulkRegenerateDeviceKeyOperationFailure
400100:InvalidRouteTestInput 400101:InvalidSourceOnRoute 400102:RoutingNotEnabled
400103:InvalidContentEncodingOrType 400301:CannotRegisterModuleToModule 400302:TenantHubRoutingNotEnabled
400401:InvalidConfigurationTargetCondition 400402:InvalidConfigurationContent
400403:CannotModifyImmutableConfigurationContent 400404:InvalidConfigurationCustomMetricsQuery
400501:InvalidPnPInterfaceDefinition 400502:InvalidPnPDesiredProperties 400503:InvalidPnPReportedProperties
400504:InvalidPnPWritableReportedProperties 400505:InvalidDigitalTwinJsonPatch 400506:InvalidDigitalTwinPayload
400507:InvalidDigitalTwinPatch 400508:InvalidDigitalTwinPatchPath 401000:GenericUnauthorized 401001:IotHubNotFound
401002:IotHubUnauthorizedAccess 401003:IotHubUnauthorized 401004:ElasticPoolNotFound
401100:SystemModuleModifyUnauthorizedAccess 403000:GenericForbidden 403001:IotHubSuspended
403002:IotHubQuotaExceeded 403003:JobQuotaExceeded 403004:DeviceMaximumQueueDepthExceeded
403005:IotHubMaxCbsTokenExceeded 403006:DeviceMaximumActiveFileUploadLimitExceeded
403007:DeviceMaximumQueueSizeExceeded 403008:RoutingEndpointResponseForbidden 403009:InvalidMessageExpiryTime
403010:OperationNotAvailableInCurrentTier 403011:KeyEncryptionKeyRevoked 403012:DeviceDisabled
403100:DeviceModelMaxPropertiesExceeded 403101:DeviceModelMaxIndexablePropertiesExceeded
403800:DeviceMaximumInflightMethodExceeded 404000:GenericNotFound 404001:DeviceNotFound 404002:JobNotFound
404004:QuotaMetricNotFound 404005:SystemPropertyNotFound 404006:AmqpAddressNotFound
404007:RoutingEndpointResponseNotFound 404008:CertificateNotFound 404009:ElasticPoolTenantHubNotFound
404010:ModuleNotFound 404011:AzureTableStoreNotFound 404012:IotHubFailingOver 404013:FeatureNotSupported
404014:DigitalTwinInterfaceNotFound 404101:QueryStoreClusterNotFound 404103:DeviceNotOnline
404104:DeviceConnectionClosedRemotely 404301:ConfigurationNotFound 404302:GroupNotFound
404401:DigitalTwinModelNotFound 404402:InterfaceNameModelNotFound 405000:GenericMethodNotAllowed
405102:OperationNotAllowedInCurrentState 405103:ImportDevicesNotSupported 405104:BulkAddDevicesNotSupported
408000:RequestTimeout 409000:GenericConflict 409001:DeviceAlreadyExists 409002:LinkCreationConflict
409003:CallbackSubscriptionConflict 409101:ModelAlreadyExists 409102:DeviceLocked 409103:DeviceJobAlreadyExists
409104:JobAlreadyExists 409301:ModuleAlreadyExistsOnDevice 409401:ConfigurationAlreadyExists
409402:ApplyConfigurationAlreadyInProgressOnDevice 409501:DigitalTwinModelAlreadyExists
409502:DigitalTwinModelExistsWithOtherModelType 409503:InterfaceNameModelAlreadyExists
412000:GenericPreconditionFailed 412001:PreconditionFailed 412002:DeviceMessageLockLost
412003:JobRunPreconditionFailed 412004:InflightMessagesInLink 413000:GenericRequestEntityTooLarge
413001:MessageTooLarge 413002:TooManyDevices 413003:TooManyModulesOnDevice 413101:ConfigurationCountLimitExceeded
413201:DigitalTwinModelCountLimitExceeded 413202:InterfaceNameCompressionModelCountLimitExceeded
415000:GenericUnsupportedMediaType 415101:IncompatibleDataType 429000:GenericTooManyRequests
429001:ThrottlingException 429002:ThrottleBacklogLimitExceeded 429003:ThrottlingBacklogTimeout
429004:ThrottlingMaxActiveJobCountExceeded 429005:DeviceThrottlingLimitExceeded 499000:ClientClosedRequest
500000:GenericServerError 500001:ServerError 500002:JobCancelled 500008:GenericTimeout
500009:InvalidThrottleParameter 500301:ModelRepoEndpointError 500302:ResolutionError
500401:UnableToFetchCredentials 500402:UnableToFetchTenantInfo 500403:UnableToShareIdentity
500501:UnableToExpandDiscoveryInfo 500502:UnableToExpandComponentInfo 500503:UnableToCompressComponentInfo
500504:UnableToCompressDiscoveryInfo 500505:OrphanDiscoveryDocument 502000:GenericBadGateway
503000:GenericServiceUnavailable 503001:ServiceUnavailable 503003:PartitionNotFound 503004:IotHubActivationFailed
503005:ServerBusy 503006:IotHubRestoring 503008:ReceiveLinkOpensThrottled 503101:ConnectionUnavailable
503102:DeviceUnavailable 503201:ConfigurationNotAvailable 503202:GroupNotAvailable
503301:HostingServiceNotAvailable 504000:GenericGatewayTimeout 504101:GatewayTimeout
"""

DPS = """
400004 400207 400209 401000 401002 404201 404202 404204 429001
400 401 404 405 409 412 415 429 500
unassigned assigning assigned failed disabled
"""

CENTRAL = ("Provisioned", "Registered", "Blocked", "Unapproved", "Waiting for approval", "Unassociated", "Unassigned")

CONNECTION = ("Connected", "Disconnected", "Never connected", "Unknown to this hub", "Assigned to another hub")

CONNACK = "0 1 2 3 4 5"

# The conditions that the npm SDK of IoT Hub tells apart, azure-iot-sdk-node common/transport/amqp.
AMQP = """
amqp:unauthorized-access amqp:not-found amqp:resource-limit-exceeded amqp:link:message-size-exceeded amqp:not-allowed
amqp:not-implemented amqp:precondition-failed amqp:link:stolen amqp:connection:forced amqp:link:detach-forced
amqp:internal-error com.microsoft:device-container-throttled com.microsoft:iot-hub-suspended
com.microsoft:iot-hub-not-found-error com.microsoft:message-lock-lost com.microsoft:timeout com.microsoft:quota-exceeded
com.microsoft:argument-error com.microsoft:device-already-exists
"""

HTTP = {
    "hub": "400 401 403 404 405 408 409 412 413 415 429 499 500 502 503 504",
    "dps": "400 401 404 405 409 412 415 429 500",
    "central": "401 403 404 429 500",
    "mqtt": "400 429 500",
    "amqp": "401 403 404 429",
}
