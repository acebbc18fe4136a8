exact sorryAx _ true
