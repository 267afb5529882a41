/** Names as [written, in Latin letters for the address]; invented combinations, no real persons. */
export type Place = {
  country: string
  language: string
  phone: string
  share: number
  cities: string[]
  first: string[]
  last: string[]
}

const latin = (text: string) => text.split(' ')

/** Where the sample's customers live. `share` is out of 100; a name is "written|latin" where the two differ. */
export const places: Place[] = [
  {
    country: 'US',
    language: 'en',
    phone: '+1 202 555',
    share: 24,
    cities: ['Austin', 'Boston', 'Chicago', 'Denver', 'Portland', 'Seattle', 'St. Louis'],
    first: latin('Ava Noah Mia Ethan Grace Henry Ruby Samuel Olivia Jack Nora Caleb Zoe Isaac'),
    last: [
      "O'Brien|obrien",
      ...latin('Carter Hayes Nguyen Brooks Foster Reed Coleman Bennett Price Sullivan Washington'),
    ],
  },
  {
    country: 'GB',
    language: 'en',
    phone: '+44 20 7946',
    share: 10,
    cities: ['London', 'Leeds', 'Bristol', 'Glasgow', 'Stoke-on-Trent'],
    first: latin('Amelia Oliver Isla George Freya Arthur Poppy Alfie Maeve Rhys'),
    last: ["D'Arcy|darcy", 'Smith-Jones|smithjones', ...latin('Taylor Hughes Wood Clarke Patel Khan Morgan Walsh')],
  },
  {
    country: 'DE',
    language: 'de',
    phone: '+49 30 23125',
    share: 10,
    cities: ['Berlin', 'Köln', 'München', 'Nürnberg', 'Düsseldorf'],
    first: ['Jürgen|juergen', 'Käthe|kaethe', 'Sören|soeren', ...latin('Lena Jonas Emma Lukas Hannah Felix Clara')],
    last: [
      'Müller|mueller',
      'Weiß|weiss',
      'Schröder|schroeder',
      'Böhm|boehm',
      ...latin('Fischer Wagner Becker Hoffmann Krause'),
    ],
  },
  {
    country: 'FR',
    language: 'fr',
    phone: '+33 1 99 00',
    share: 7,
    cities: ['Paris', 'Lyon', 'Nîmes', 'Orléans', 'Besançon'],
    first: ['Zoé|zoe', 'Chloé|chloe', 'François|francois', 'Anaïs|anais', ...latin('Louis Camille Hugo Manon')],
    last: ['Lefèvre|lefevre', 'Gérard|gerard', 'Noël|noel', ...latin('Moreau Dubois Laurent Girard Mercier')],
  },
  {
    country: 'ES',
    language: 'es',
    phone: '+34 91 555',
    share: 6,
    cities: ['Madrid', 'Málaga', 'Cádiz', 'León', 'A Coruña'],
    first: ['Lucía|lucia', 'Iñigo|inigo', 'José|jose', ...latin('Marta Pablo Carmen Diego Elena')],
    last: ['Núñez|nunez', 'García|garcia', 'Fernández|fernandez', 'Ibáñez|ibanez', ...latin('Romero Torres Ortega')],
  },
  {
    country: 'PL',
    language: 'pl',
    phone: '+48 22 555',
    share: 5,
    cities: ['Warszawa', 'Kraków', 'Łódź', 'Gdańsk', 'Wrocław'],
    first: ['Łukasz|lukasz', 'Zofia|zofia', 'Małgorzata|malgorzata', ...latin('Jan Anna Piotr Ewa')],
    last: ['Wójcik|wojcik', 'Kamiński|kaminski', 'Zieliński|zielinski', ...latin('Nowak Kowalczyk Mazur')],
  },
  {
    country: 'TR',
    language: 'tr',
    phone: '+90 212 555',
    share: 4,
    cities: ['İstanbul', 'İzmir', 'Ankara', 'Diyarbakır'],
    first: ['Ayşe|ayse', 'İbrahim|ibrahim', 'Işıl|isil', ...latin('Mehmet Elif Deniz')],
    last: ['Yılmaz|yilmaz', 'Şahin|sahin', 'Öztürk|ozturk', ...latin('Demir Kaya')],
  },
  {
    country: 'GR',
    language: 'el',
    phone: '+30 21 0555',
    share: 4,
    cities: ['Αθήνα', 'Θεσσαλονίκη', 'Πάτρα'],
    first: ['Ελένη|eleni', 'Γιώργος|giorgos', 'Νίκος|nikos', 'Σοφία|sofia'],
    last: ['Παπαδόπουλος|papadopoulos', 'Νικολάου|nikolaou', 'Γεωργίου|georgiou'],
  },
  {
    country: 'UA',
    language: 'uk',
    phone: '+380 44 555',
    share: 5,
    cities: ['Київ', 'Львів', 'Одеса', 'Харків'],
    first: ['Олена|olena', 'Андрій|andrii', 'Юлія|yuliia', 'Тарас|taras', 'Марія|mariia'],
    last: ['Шевченко|shevchenko', 'Коваленко|kovalenko', 'Бондар|bondar', 'Ткаченко|tkachenko'],
  },
  {
    country: 'EG',
    language: 'ar',
    phone: '+20 2 2555',
    share: 4,
    cities: ['القاهرة', 'الإسكندرية', 'الجيزة'],
    first: ['محمد|mohamed', 'فاطمة|fatma', 'أحمد|ahmed', 'ليلى|layla'],
    last: ['حسن|hassan', 'إبراهيم|ibrahim', 'منصور|mansour'],
  },
  {
    country: 'IL',
    language: 'he',
    phone: '+972 3 555',
    share: 3,
    cities: ['תל אביב', 'חיפה', 'ירושלים'],
    first: ['נועה|noa', 'דוד|david', 'תמר|tamar', 'יוסף|yosef'],
    last: ['כהן|cohen', 'לוי|levi', 'מזרחי|mizrahi'],
  },
  {
    country: 'IN',
    language: 'hi',
    phone: '+91 11 5550',
    share: 6,
    cities: ['दिल्ली', 'मुंबई', 'जयपुर', 'लखनऊ'],
    first: ['आरव|aarav', 'दीपिका|deepika', 'रोहन|rohan', 'अनन्या|ananya', 'विक्रम|vikram'],
    last: ['शर्मा|sharma', 'गुप्ता|gupta', 'सिंह|singh', 'पटेल|patel'],
  },
  {
    country: 'CN',
    language: 'zh',
    phone: '+86 10 5555',
    share: 4,
    cities: ['北京', '上海', '成都', '广州'],
    first: ['伟|wei', '芳|fang', '静怡|jingyi', '浩然|haoran'],
    last: ['王|wang', '李|li', '张|zhang', '欧阳|ouyang'],
  },
  {
    country: 'JP',
    language: 'ja',
    phone: '+81 3 5555',
    share: 5,
    cities: ['東京', '大阪', '札幌', '福岡'],
    first: ['さくら|sakura', '健太|kenta', '美咲|misaki', '大翔|hiroto'],
    last: ['佐藤|sato', '鈴木|suzuki', '高橋|takahashi', '渡辺|watanabe'],
  },
  {
    country: 'KR',
    language: 'ko',
    phone: '+82 2 555',
    share: 3,
    cities: ['서울', '부산', '인천'],
    first: ['민준|minjun', '서연|seoyeon', '지우|jiwoo'],
    last: ['김|kim', '박|park', '최|choi'],
  },
]

export const industries = [
  'Software',
  'Retail',
  'Logistics',
  'Health care',
  'Education',
  'Travel',
  'Food & drink',
  'Energy',
  'Media',
]

/** First and second words of company names; some carry what real ones carry. */
export const companyWords = {
  first: [
    'Northwind',
    'Blue Harbor',
    'Acorn',
    'Lumen',
    'Café Olé',
    'Silver Fern',
    '株式会社 星',
    'Müller & Söhne',
    'Kestrel',
    'O’Malley',
    'Pixel 🚀',
    'Zenith',
    'Tide',
    'Ørsund',
    'Juniper',
    'Copper Lane',
  ],
  second: [
    'Logistics',
    'Labs',
    'Trading',
    'Studio',
    'Foods',
    'Health',
    'Energy',
    'Travel',
    'Systems',
    'Books',
    'Works',
    'Partners',
  ],
  ending: ['Ltd', 'Inc.', 'GmbH', 'SAS', 'Co.', 'LLC'],
}

export const subjects = [
  'Cannot sign in',
  'Invoice is missing',
  'How do I export my data?',
  'Wrong item delivered',
  'App is slow on Mondays',
  'Please change my address',
  'Refund for a double payment',
  'Feature request: dark mode',
  '“Undo” does not work',
  'Where is my order?',
]
